import { ActionIcon, Button, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { switchLanguage } from '../text/i18n.ts';
import { Icon } from '../ui/Icon.tsx';

/** Names the other language in that language. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const other = i18n.language === 'en' ? 'ko' : 'en';
  return (
    <Button
      variant="subtle"
      color="gray"
      h={40}
      px={10}
      lang={other}
      title={t('app.languageHint')}
      onClick={() => void switchLanguage(other)}
    >
      {t('app.language')}
    </Button>
  );
}

const NEXT = { auto: 'light', light: 'dark', dark: 'auto' } as const;

/** As the system says, light, dark, and round again. */
export function ColourSwitch() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const label = t(`app.colours.${colorScheme}`);
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={40}
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(NEXT[colorScheme])}
    >
      <Icon name={colorScheme} />
    </ActionIcon>
  );
}

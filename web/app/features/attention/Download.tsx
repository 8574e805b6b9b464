import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/Icon.tsx';

/** A link to the original bytes; the server names the file. */
export function Download({ href, when }: { href: string; when: string }) {
  const { t } = useTranslation();
  return (
    <Button
      component="a"
      href={href}
      download
      variant="default"
      size="xs"
      h={36}
      leftSection={<Icon name="download" size={18} />}
      aria-label={t('attention.downloadOf', { when })}
    >
      {t('attention.download')}
    </Button>
  );
}

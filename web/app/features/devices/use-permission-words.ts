import { useTranslation } from 'react-i18next';
import { PERMISSIONS } from './permissions.ts';

/** ['store', 'query'] → '영상 저장, 조회' */
export function usePermissionWords(): (may: readonly string[]) => string {
  const { t } = useTranslation();
  return (may) => {
    const words = PERMISSIONS.filter((permission) => may.includes(permission)).map((one) => t(`devices.mayDo.${one}`));
    return words.length === 0 ? t('devices.mayNothing') : words.join(', ');
  };
}

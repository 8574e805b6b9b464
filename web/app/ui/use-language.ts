import { useTranslation } from 'react-i18next';

/** The reader's language, for sentences that the server sends in both. */
export function useLanguage(): 'ko' | 'en' {
  const { i18n } = useTranslation();
  return i18n.language === 'en' ? 'en' : 'ko';
}

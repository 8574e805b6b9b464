import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { ko } from './ko.ts';

export type Language = 'ko' | 'en';
const STORED = 'clinicpacs.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof ko };
  }
}

/** The language chosen on this PC. Korean first: a clinic's Windows is often English while its staff are not. */
export function chosenLanguage(): Language {
  try {
    return localStorage.getItem(STORED) === 'en' ? 'en' : 'ko';
  } catch {
    return 'ko';
  }
}

/** Korean comes with the page; English is loaded only when it was chosen. */
export async function startWords(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'ko',
    resources: { ko: { translation: ko }, ...(language === 'en' ? { en: { translation: await english() } } : {}) },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
}

/** Switches the words at once and remembers the choice on this PC. */
export async function switchLanguage(language: Language): Promise<void> {
  if (language === 'en' && !i18next.hasResourceBundle('en', 'translation')) {
    i18next.addResourceBundle('en', 'translation', await english());
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // Storage may be forbidden: the choice holds until the page is closed.
  }
}

async function english() {
  return (await import('./en.ts')).en;
}

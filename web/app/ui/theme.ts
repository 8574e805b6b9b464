import { type CSSVariablesResolver, createTheme, localStorageColorSchemeManager } from '@mantine/core';

/** The one theme: calm greys (colours.css) and a single accent. Its shades keep WCAG AA against what they lie on. */
export const theme = createTheme({
  fontFamily:
    "'Pretendard Variable', Pretendard, 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', system-ui, sans-serif",
  headings: { fontFamily: 'inherit', fontWeight: '700' },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: {
    accent: [
      '#eef5fb',
      '#d9e8f5',
      '#b4d1ea',
      '#8bb8de',
      '#66a1d2',
      '#3f86c0',
      '#2b6fa8',
      '#1f5f99',
      '#17507f',
      '#0f3c61',
    ],
    dark: [
      '#d5dbe1',
      '#b4bec8',
      '#8b97a3',
      '#5f6b78',
      '#434e5a',
      '#353f4a',
      '#262d36',
      '#1a1f26',
      '#151a20',
      '#0f1317',
    ],
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** Mantine's own greys and reds take the colours of colours.css, which keep their contrast in both schemes. */
export const colourVariables: CSSVariablesResolver = () => {
  const ours = {
    '--mantine-color-dimmed': 'var(--text-soft)',
    '--mantine-color-placeholder': 'var(--text-soft)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-anchor': 'var(--accent)',
  };
  return { variables: {}, light: ours, dark: ours };
};

/** Same key as public/color-scheme.js, which sets the scheme before the first paint. */
export const colourSchemes = localStorageColorSchemeManager({ key: 'clinicpacs.colours' });

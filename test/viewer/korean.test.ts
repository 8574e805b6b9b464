import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Words = Record<string, Record<string, string>>;
const words: Words = JSON.parse(readFileSync(new URL('../../web/viewer/ko.json', import.meta.url), 'utf8'));
const all = Object.entries(words).flatMap(([namespace, entries]) =>
  Object.entries(entries).map(([key, text]) => ({ name: `${namespace}:${key}`, text })),
);

/** Units, formats and proper names that are the same in Korean. */
const SAME_IN_KOREAN =
  /^(mm|YYYY-MM-DD|B-line|JSON|MPR|PET|HSV|SUV|GE( 256)?|Siemens|DICOM (SEG|RTSS)|Ctrl|Shift|Alt|Option|Cmd|Enter|Esc|Tab|Backspace|Delete|Insert|Home|End|Page (Up|Down)|Caps Lock)$/;

describe("The viewer's Korean words", () => {
  it('are Korean', () => {
    const foreign = all.filter(({ text }) => !/[가-힣]|\$t\(/.test(text) && !SAME_IN_KOREAN.test(text));
    expect(foreign).toEqual([]);
  });

  it('refer only to words that are there', () => {
    const references = all.flatMap(({ text }) => [...text.matchAll(/\$t\((\w+):([^)]+)\)/g)]);
    expect(references.length).toBeGreaterThan(0);
    for (const [, namespace = '', key = ''] of references) expect(words[namespace]).toHaveProperty([key]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '../../web/app/text/en.ts';
import { ko } from '../../web/app/text/ko.ts';

const APP = resolve(import.meta.dirname, '..', '..', 'web', 'app');

/** 'page.thing' → sentence, for every word of a language. */
function flat(words: object, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') found.set(prefix + key, value);
    else for (const [inner, sentence] of flat(value, `${prefix}${key}.`)) found.set(inner, sentence);
  }
  return found;
}

const korean = flat(ko);
const english = flat(en);
const placesOf = (sentence: string) => [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
/** Korean has no singular: only English says `_one`. */
const general = (key: string) => key.replace(/_one$/, '_other');

describe('the words', () => {
  it('exist in both languages under the same keys', () => {
    expect([...new Set([...english.keys()].map(general))].sort()).toEqual([...korean.keys()].sort());
  });

  it('have the same places for values in both languages', () => {
    const different = [...english].filter(([key, sentence]) => {
      const places = placesOf(korean.get(general(key)) ?? '');
      return placesOf(sentence).join() !== (key.endsWith('_one') ? placesOf(sentence) : places).join();
    });
    expect(different).toEqual([]);
  });

  it('are Korean in Korean and hold no Hangul in English, but for examples and the name of the language', () => {
    const bilingual = new Set(['app.language', 'studies.emptyFoundText']);
    expect([...english].filter(([key, text]) => /[가-힣]/.test(text) && !bilingual.has(key))).toEqual([]);
    const international = /^[A-Za-z0-9 .()·'{}~]+$/;
    const latin = [...korean].filter(([, text]) => international.test(text) && !/^[A-Z]/.test(text));
    expect(latin.filter(([key]) => !['studies.heading.range', 'view.length.calibrated'].includes(key))).toEqual([]);
  });

  it('are never empty and never end in a space', () => {
    const odd = [...korean, ...english].filter(([, text]) => text === '' || text !== text.trim());
    expect(odd).toEqual([]);
  });

  it('are all used by a page', () => {
    const source = sources(APP).join('\n');
    const unused = [...korean.keys()].filter((key) => !isUsed(key.replace(/_other$/, ''), source));
    expect(unused).toEqual([]);
  });
});

/** Used as written, or as the head of a key whose last part is a value: t(`role.${role}`), t('studies.' + …). */
function isUsed(key: string, source: string): boolean {
  if (source.includes(`'${key}'`)) return true;
  const parts = key.split('.');
  return parts.some((_, index) => index > 0 && source.includes(`\`${parts.slice(0, index).join('.')}.\${`));
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['dist', 'text', 'node_modules'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trimEndOf, trimOf } from '../../src/dicom/trim.ts';

describe('trimming', () => {
  it('takes what regular expressions take', () => {
    const texts = fc.string({ unit: fc.constantFrom(' ', '\0', 'a', '^', '홍') });
    fc.assert(
      fc.property(texts, (text) => {
        expect(trimOf(text, '\0 ')).toBe(text.replace(/^[\0 ]+|[\0 ]+$/g, ''));
        expect(trimEndOf(text, '^')).toBe(text.replace(/\^+$/, ''));
      }),
    );
  });

  it('passes over runs of a million spaces once: a regular expression would not end today', () => {
    const text = `a${' '.repeat(1_000_000)}b${' '.repeat(1_000_000)}`;
    expect(trimOf(text, ' ')).toHaveLength(1_000_002);
    expect(trimEndOf(text, ' ')).toHaveLength(1_000_002);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultNameForm, divideName, romaniseName } from '../../src/dicom/korean-name.ts';
import { formatPersonName, parsePersonName } from '../../src/dicom/person-name.ts';
import { hasHangul, romanise } from '../../src/dicom/romanise.ts';
import { SURNAMES } from '../../src/dicom/surname-table.ts';

const form = (text: string) => formatPersonName(defaultNameForm(parsePersonName(text)));
const syllable = fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCharCode(code));
const hangul = fc.array(syllable, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));

describe('romanised Hangul', () => {
  it.each([
    ['흉부', 'Hyungbu'],
    ['복부 초음파 (상)', 'Bokbu Choeumpa (Sang)'],
    ['똠방각', 'Ttombanggak'],
    ['Chest PA', 'Chest PA'],
    ['', ''],
  ])('%s', (text, latin) => {
    expect(romanise(text)).toBe(latin);
  });

  it('is the same for composed and decomposed typing', () => {
    fc.assert(fc.property(hangul, (text) => romanise(text.normalize('NFD')) === romanise(text)));
  });

  it('is never empty, has Latin letters only, begins with a capital, and stays as it is when done again', () => {
    fc.assert(
      fc.property(hangul, (text) => {
        const latin = romanise(text);
        expect(latin).toMatch(/^[A-Z][a-z]*$/);
        expect(romanise(latin)).toBe(latin);
      }),
    );
  });

  it('leaves every other character where it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const composed = text.normalize('NFC');
        if (!hasHangul(composed)) expect(romanise(text)).toBe(composed);
        expect(hasHangul(romanise(text))).toBe(false);
      }),
    );
  });
});

describe('a Korean name', () => {
  it.each([
    ['김희중', 'Kim^Huijung==김^희중'],
    ['Kim^Heejung==김^희중', 'Kim^Heejung==김^희중'],
    ['Kim^Heejung==김희중', 'Kim^Heejung==김^희중'],
    ['김^희중', 'Kim^Huijung==김^희중'],
    ['김희중=金喜中', 'Kim^Huijung=金喜中=김^희중'],
    ['=金喜中=김희중', 'Kim^Huijung=金喜中=김^희중'],
    ['남궁민수', 'Namgung^Minsu==남궁^민수'],
    ['남궁', 'Nam^Gung==남^궁'],
    ['이영희', 'Lee^Yeonghui==이^영희'],
    ['김 희중', 'Kim^Huijung==김^희중'],
    ['😀가', '😀^Ga==😀^가'],
    ['Smith^John', 'Smith^John'],
    ['Smith^John^^Dr.', 'Smith^John^^Dr.'],
    ['', ''],
  ])('%s becomes %s', (given, expected) => {
    expect(form(given)).toBe(expected);
  });

  it('has a Latin group in ASCII, its Hangul in the phonetic group whole, and stays as it is when done again', () => {
    fc.assert(
      fc.property(hangul, (text) => {
        const name = defaultNameForm(parsePersonName(text));
        expect(name.alphabetic).toMatch(/^[\x20-\x7e]+$/);
        expect(name.phonetic.replace('^', '')).toBe(text);
        expect(defaultNameForm(name)).toEqual(name);
      }),
    );
  });

  it('is divided after its surname, which is never all of a longer name', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(SURNAMES)), hangul, (surname, given) => {
        const [first = '', rest = ''] = divideName(surname + given).split('^');
        expect(first + rest).toBe(surname + given);
        expect([first.length > 0, rest.length > 0]).toEqual([true, true]);
        expect(romaniseName(`${surname}^${given}`).split('^')[0]).toBe(SURNAMES[surname]);
      }),
    );
  });
});

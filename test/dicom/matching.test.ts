import { describe, expect, it } from 'vitest';
import { foldName, hasWildcard, parseDateRange, parseTimeRange, toGlob } from '../../src/dicom/matching.ts';
import { formatPersonName, initialConsonants, parsePersonName } from '../../src/dicom/person-name.ts';
import { QUERY_KEYS, queryKey } from '../../src/dicom/query-keys.ts';

describe('wildcards', () => {
  it('are seen', () => {
    expect(['a*', '?', 'a', '', '[a]'].map(hasWildcard)).toEqual([true, true, false, false, false]);
  });

  it('mean the same in GLOB, and brackets mean themselves', () => {
    expect(['KIM*', 'a?b', '[a]*', 'a[', ']', '[[]]'].map(toGlob)).toEqual([
      'KIM*',
      'a?b',
      '[[]a[]]*',
      'a[[]',
      '[]]',
      '[[][[][]][]]',
    ]);
  });
});

describe('date ranges', () => {
  it.each([
    ['20240229', { from: '20240229', to: '20240229' }],
    ['20240101-20240131', { from: '20240101', to: '20240131' }],
    ['-20240131', { to: '20240131' }],
    ['20240101-', { from: '20240101' }],
    [' 20240101 - 20240131 ', { from: '20240101', to: '20240131' }],
    ['2024.01.31', { from: '20240131', to: '20240131' }],
    ['00010101', { from: '00010101', to: '00010101' }],
  ])('%s', (text, range) => {
    expect(parseDateRange(text)).toEqual(range);
  });

  it.each([
    '',
    '-',
    '2024',
    '202401',
    '20240230',
    '20241301',
    '20240000',
    '2024-01-31',
    '20240101-20240131-',
    '2024.0131',
    'today',
    '*',
  ])('malformed: %s', (text) => {
    expect(parseDateRange(text)).toBeUndefined();
  });
});

describe('time ranges', () => {
  it.each([
    ['10', { from: '100000.000000', to: '105959.999999' }],
    ['1030', { from: '103000.000000', to: '103059.999999' }],
    ['103015', { from: '103015.000000', to: '103015.999999' }],
    ['103015.5', { from: '103015.500000', to: '103015.599999' }],
    ['103015.123456', { from: '103015.123456', to: '103015.123456' }],
    ['10:30:15', { from: '103015.000000', to: '103015.999999' }],
    ['08-12', { from: '080000.000000', to: '125959.999999' }],
    ['-12', { to: '125959.999999' }],
    ['080000-', { from: '080000.000000' }],
    ['235960', { from: '235960.000000', to: '235960.999999' }],
  ])('%s', (text, range) => {
    expect(parseTimeRange(text)).toEqual(range);
  });

  it.each(['', '-', '24', '1060', '103061', '1', '10301', '103015.', '103015.1234567', '10:3015', 'noon'])(
    'malformed: %s',
    (text) => {
      expect(parseTimeRange(text)).toBeUndefined();
    },
  );
});

describe('person names', () => {
  it('are split into groups and joined again', () => {
    expect(parsePersonName('Hong^Gildong=洪^吉洞=홍^길동')).toEqual({
      alphabetic: 'Hong^Gildong',
      ideographic: '洪^吉洞',
      phonetic: '홍^길동',
    });
    expect(parsePersonName('홍길동')).toEqual({ alphabetic: '홍길동', ideographic: '', phonetic: '' });
    expect(parsePersonName(' Kim^^^ ==')).toEqual({ alphabetic: 'Kim', ideographic: '', phonetic: '' });
    expect(parsePersonName('')).toEqual({ alphabetic: '', ideographic: '', phonetic: '' });
  });

  it('are formatted without trailing delimiters of groups', () => {
    const name = { alphabetic: '', ideographic: '', phonetic: '홍^길동' };
    expect(formatPersonName(name)).toBe('==홍^길동');
    expect(formatPersonName({ ...name, phonetic: '' })).toBe('');
    expect(formatPersonName({ ...name, alphabetic: 'A', phonetic: '' })).toBe('A');
  });

  it('have initial consonants, composed or not', () => {
    expect(initialConsonants('Kim 철수')).toBe('Kim ㅊㅅ');
    expect(initialConsonants('똠방각하^펲시')).toBe('ㄸㅂㄱㅎ^ㅍㅅ');
    expect(initialConsonants('김영희'.normalize('NFD'))).toBe('ㄱㅇㅎ');
    expect(initialConsonants('가힣ㄱ洪')).toBe('ㄱㅎㄱ洪');
  });

  it('are compared without regard to case and way of composing', () => {
    expect(foldName('KIM^Younghee')).toBe(foldName('kim^YOUNGHEE'));
    expect(foldName('김영희'.normalize('NFD'))).toBe('김영희');
    expect(foldName('MÜLLER')).toBe('müller');
  });
});

describe('query keys', () => {
  it('are listed once each, in ascending order within their level, with a keyword', () => {
    expect(new Set(QUERY_KEYS.map(({ tag }) => tag)).size).toBe(QUERY_KEYS.length);
    for (const level of ['PATIENT', 'STUDY', 'SERIES', 'IMAGE']) {
      const tags = QUERY_KEYS.filter((key) => key.level === level).map(({ tag }) => tag);
      expect(tags).toEqual([...tags].sort((a, b) => a - b));
    }
    expect(QUERY_KEYS.every(({ keyword, vr }) => keyword !== '' && vr !== 'UN')).toBe(true);
  });

  it.each([
    [0x0020000d, 'study_instance_uid'],
    [0x00080018, 'sop_instance_uid'],
    [0x00080016, 'sop_class_uid'],
    [0x00100020, 'patient_id'],
    [0x00100021, 'issuer_of_patient_id'],
    [0x00200010, 'study_id'],
    [0x00400253, 'performed_procedure_step_id'],
    [0x00081060, 'name_of_physicians_reading_study'],
    [0x00080061, null],
    [0x00201208, null],
  ])('%i lies in column %s', (tag, column) => {
    expect(queryKey(tag)?.column).toBe(column);
  });

  it('say how a value is compared', () => {
    const matching = (tag: number) => queryKey(tag)?.matching;
    expect([0x00100010, 0x00080020, 0x00080030, 0x0020000d, 0x00201206].map(matching)).toEqual([
      'name',
      'date',
      'time',
      'uid',
      'none',
    ]);
    expect(queryKey(0x00104000)).toBeUndefined();
  });
});

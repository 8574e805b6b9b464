import { describe, expect, it } from 'vitest';
import { WORKLIST_KEYS, worklistKey } from '../../src/dicom/worklist-keys.ts';

/** PS3.4 Table K.6-1: required matching keys, and every attribute that a return must hold when it is asked for. */
const REQUIRED = {
  step: ['00080060', '00400001', '00400002', '00400003', '00400006'],
  request: ['00100010', '00100020'],
};
const RETURNED = {
  step: {
    '1': ['00080060', '00400001', '00400002', '00400003', '00400009'],
    '1C': ['0018990C', '0018990D', '00400007', '00400008'],
    '2': ['00400006', '00400010', '00400011'],
    '2C': ['00321070', '00400012'],
  },
  request: {
    '1': ['00100010', '00100020', '0020000D', '00401001'],
    '1C': ['00321060', '00321064'],
    '2': [
      ...['00080050', '00080051', '00080090', '00081110', '00081120', '00100030', '00100040', '00101030', '00102000'],
      ...['00102110', '001021C0', '00321032', '00380010', '00380014', '00380050', '00380300', '00380500', '00401003'],
      ...['00401004', '00403001'],
    ],
    '2C': [],
  },
};
const hex = (tag: number) => tag.toString(16).toUpperCase().padStart(8, '0');

describe.each(['step', 'request'] as const)('the keys of a worklist item: %s', (place) => {
  const keys = WORKLIST_KEYS.filter((key) => key.place === place);

  it('are matched where the Standard requires it', () => {
    expect(keys.filter(({ required }) => required).map(({ tag }) => hex(tag))).toEqual(REQUIRED[place]);
    expect(keys.filter(({ required, matching }) => required && matching === 'none')).toEqual([]);
  });

  it.each(['1', '1C', '2', '2C'] as const)('are returned as type %s', (type) => {
    const found = keys.filter(({ returnType }) => returnType === type).map(({ tag }) => hex(tag));
    expect(found.sort()).toEqual([...RETURNED[place][type]].sort());
  });

  it('have a keyword, and a value when their type is 1', () => {
    expect(keys.filter(({ keyword }) => keyword === '')).toEqual([]);
    expect(keys.filter(({ returnType, field }) => returnType === '1' && field === null)).toEqual([]);
    for (const key of keys) expect(worklistKey(place, key.tag)).toBe(key);
  });
});

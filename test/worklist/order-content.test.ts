import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ORDER_FIELDS } from '../../src/db/operations/orders.ts';
import { ArchiveError } from '../../src/errors.ts';
import { contentOf, type OrderDraft, wholeContentOf } from '../../src/worklist/order-content.ts';

const least: OrderDraft = {
  patientId: 'P1',
  patientName: '김희중',
  modality: 'DX',
  description: '흉부 PA',
  startDate: '20261124',
};

/** The field that a draft was refused for. */
function refusedFor(draft: unknown): string | undefined {
  try {
    contentOf(draft as OrderDraft);
    return undefined;
  } catch (error) {
    if (error instanceof ArchiveError && error.code === 'ORDER_INVALID') return error.detail;
    throw error;
  }
}

describe('the content of an order', () => {
  it('is what was said, in DICOM form', () => {
    const codes = [{ value: 'G2101', scheme: 'EDI', meaning: '흉부 1매' }];
    expect(
      contentOf({
        patientName: { alphabetic: 'Kim^Heejung', phonetic: '김희중' },
        birthDate: '1980-02-29',
        startTime: '9:30'.padStart(5, '0'),
        description: '  흉부 PA '.normalize('NFD'),
        procedureCodes: codes,
        weight: '61.5',
      }),
    ).toEqual({
      patientName: 'Kim^Heejung==김^희중',
      birthDate: '19800229',
      startTime: '093000',
      description: '흉부 PA',
      procedureCodes: JSON.stringify(codes),
      weight: '61.5',
    });
  });

  it('that is whole has every field', () => {
    expect(Object.keys(wholeContentOf(least)).sort()).toEqual([...ORDER_FIELDS].sort());
  });

  it.each(['patientId', 'patientName', 'modality', 'description', 'startDate'] as const)('needs %s', (field) => {
    for (const missing of [
      { ...least, [field]: undefined },
      { ...least, [field]: ' ' },
    ]) {
      expect(() => wholeContentOf(missing)).toThrow(expect.objectContaining({ code: 'ORDER_INVALID', detail: field }));
    }
  });

  it.each<[keyof OrderDraft, unknown]>([
    ['patientId', 'x'.repeat(65)],
    ['accessionNumber', 'x'.repeat(17)],
    ['patientId', 'a\\b'],
    ['patientId', 'a\u0000'],
    ['patientId', 'a\nb'],
    ['patientId', '\ud83d'],
    ['patientId', 7],
    ['modality', 'dx'],
    ['stationAeTitle', '엑스레이'],
    ['stationAeTitle', 'x'.repeat(17)],
    ['birthDate', '19800230'],
    ['birthDate', '1980'],
    ['startDate', '20261124-20261125'],
    ['startTime', '2400'],
    ['startTime', '0900-1000'],
    ['weight', 'heavy'],
    ['patientName', 'a=b=c=d\\e'],
    ['patientName', { alphabetic: 'a=b' }],
    ['patientName', { alphabetic: 7 }],
    ['patientName', '가'.repeat(65)],
    ['procedureCodes', 'G2101'],
    ['procedureCodes', [{ value: 'x'.repeat(17), scheme: 'EDI', meaning: 'm' }]],
    ['procedureCodes', Array(21).fill({ value: 'x', scheme: 'EDI', meaning: 'm' })],
  ])('is refused for %s %j', (field, value) => {
    expect(refusedFor({ [field]: value })).toBe(field);
  });

  it('is never taken with what would break a data set, whatever it is made of', () => {
    const field = fc.constantFrom(...ORDER_FIELDS.filter((name) => !name.endsWith('Codes')));
    fc.assert(
      fc.property(field, fc.string({ unit: 'binary', maxLength: 70 }), (name, value) => {
        if (refusedFor({ [name]: value }) !== undefined) return;
        const content = contentOf({ [name]: value })[name] as string;
        expect(content.isWellFormed()).toBe(true);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(content).not.toMatch(/[\u0000-\u001f\\]/);
        for (const group of content.split('=')) expect(group.length).toBeLessThanOrEqual(1024);
      }),
      { numRuns: 500 },
    );
  });
});

/** Queries that viewers ask all day go through an index, however many studies there are. */
import { describe, expect, it } from 'vitest';
import { Connection } from '../../src/db/connection.ts';
import { migrate } from '../../src/db/migrate.ts';
import { type Find, findSql } from '../../src/db/operations/find.ts';
import { tagOf } from '../../src/dicom/dictionary.ts';

const index = new Connection(':memory:', 'write');
migrate(index, 'index');

function planOf(level: Find['level'], keys: Record<string, string>): string[] {
  const asked = Object.entries(keys).map(([keyword, value]) => ({ tag: tagOf(keyword) as number, values: [value] }));
  const { sql, values } = findSql({ level, keys: asked, limit: 200 });
  return index.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map(({ detail }) => detail);
}

describe('the plan of a query', () => {
  it.each<[Find['level'], Record<string, string>]>([
    ['PATIENT', { PatientID: 'P1' }],
    ['STUDY', { PatientID: 'P1' }],
    ['STUDY', { StudyDate: '20261124' }],
    ['STUDY', { StudyInstanceUID: '1.2' }],
    ['STUDY', { AccessionNumber: 'A1' }],
    ['SERIES', { StudyInstanceUID: '1.2' }],
    ['IMAGE', { SeriesInstanceUID: '1.2.3' }],
    ['IMAGE', { SOPInstanceUID: '1.2.3.4' }],
  ])('at %s level by %j scans no table', (level, keys) => {
    const plan = planOf(level, keys);
    expect(plan.some((step) => step.startsWith('SEARCH'))).toBe(true);
    expect(plan.filter((step) => step.startsWith('SCAN'))).toEqual([]);
  });
});

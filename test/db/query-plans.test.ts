/** Queries that viewers and pages ask all day go through an index, however many studies there are. */
import { describe, expect, it } from 'vitest';
import { Connection, type Connections } from '../../src/db/connection.ts';
import { migrate } from '../../src/db/migrate.ts';
import { type Find, findSql } from '../../src/db/operations/find.ts';
import { unapprovedBytes, whereOf } from '../../src/db/operations/stored-instances.ts';
import { candidates } from '../../src/db/operations/text-search.ts';
import { attention, indexCounts, type StudySearch, searchStudies } from '../../src/db/operations/worklist.ts';
import { tagOf } from '../../src/dicom/dictionary.ts';

const index = new Connection(':memory:', 'write');
migrate(index, 'index');

function planOfSql(sql: string, values: readonly unknown[]): string[] {
  return index.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map(({ detail }) => detail);
}

/** `studies`: what the index of texts has narrowed the query down to. */
function planOf(level: Find['level'], keys: Record<string, string>, studies?: number[]): string[] {
  const asked = Object.entries(keys).map(([keyword, value]) => ({ tag: tagOf(keyword) as number, values: [value] }));
  const { sql, values } = findSql({ level, keys: asked, limit: 200, upTo: 1000, ...(studies && { studies }) });
  return planOfSql(sql, values);
}

/** The plans of all statements that an operation runs. */
function plansOf(operation: (connections: Connections) => unknown): string[] {
  const plans: string[] = [];
  const watched = Object.create(index) as Connection;
  watched.all = (sql: string, ...values: unknown[]) => {
    plans.push(...planOfSql(sql, values));
    return index.all(sql, ...values) as never;
  };
  watched.get = (sql: string, ...values: unknown[]) => {
    plans.push(...planOfSql(sql, values));
    return index.get(sql, ...values) as never;
  };
  operation({ index: watched, records: watched });
  return plans;
}

/** Steps that read a whole table. The few values of a list, and rows gone through in the order asked for, are none. */
function scans(plan: readonly string[]): string[] {
  return plan.filter((step) => step.startsWith('SCAN') && !/^SCAN (json_each|study_search|\d+ )/.test(step));
}

describe('the plan of a query', () => {
  it.each<[Find['level'], Record<string, string>]>([
    ['PATIENT', { PatientID: 'P1' }],
    ['PATIENT', { PatientName: '홍^길동' }],
    ['STUDY', { PatientID: 'P1' }],
    ['STUDY', { PatientName: '홍^길동' }],
    ['STUDY', { PatientID: 'P1', StudyDate: '20260101-' }],
    ['STUDY', { StudyDate: '20261124' }],
    ['STUDY', { StudyDate: '20261124', ModalitiesInStudy: 'CT' }],
    ['STUDY', { StudyDate: '20261101-20261130', ModalitiesInStudy: 'CT' }],
    ['STUDY', { StudyDate: '20261124', PatientName: '김*' }],
    ['STUDY', { StudyInstanceUID: '1.2' }],
    ['STUDY', { AccessionNumber: 'A1' }],
    ['SERIES', { StudyInstanceUID: '1.2' }],
    ['SERIES', { StudyInstanceUID: '1.2', Modality: 'CT' }],
    ['SERIES', { StudyDate: '20261124', Modality: 'CT' }],
    ['SERIES', { PatientID: 'P1' }],
    ['SERIES', { AccessionNumber: 'A1' }],
    ['SERIES', { SeriesInstanceUID: '1.2.3' }],
    ['IMAGE', { StudyInstanceUID: '1.2' }],
    ['IMAGE', { SeriesInstanceUID: '1.2.3' }],
    ['IMAGE', { SOPInstanceUID: '1.2.3.4' }],
    ['IMAGE', { PatientID: 'P1' }],
    ['IMAGE', { StudyDate: '20261124' }],
  ])('at %s level by %j scans no table', (level, keys) => {
    const plan = planOf(level, keys);
    expect(plan.some((step) => step.startsWith('SEARCH'))).toBe(true);
    expect(scans(plan)).toEqual([]);
  });

  it.each<[Find['level'], Record<string, string>]>([
    ['PATIENT', { PatientName: '*민*' }],
    ['STUDY', { PatientName: '홍*' }],
    ['STUDY', { PatientName: '*길동*' }],
    ['STUDY', { PatientID: '*123*' }],
    ['STUDY', { AccessionNumber: '*123*' }],
    ['SERIES', { PatientName: '*길동*', Modality: 'CT' }],
    ['IMAGE', { PatientName: '*길동*' }],
  ])('at %s level by a part, %j, looks at the studies only that the index of texts names', (level, keys) => {
    expect(scans(planOf(level, keys, [1, 2, 3]))).toEqual([]);
  });

  it.each<[string, Find['level'], Record<string, string>]>([
    ['studies', 'STUDY', {}],
    ['studies by a frequent name', 'STUDY', { PatientName: '김*' }],
    ['series', 'SERIES', { Modality: 'CT' }],
    ['images', 'IMAGE', {}],
  ])('of all %s ends with the page: nothing is gathered and sorted', (_what, level, keys) => {
    expect(planOf(level, keys).filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    ['study', { studyInstanceUid: '1.2' }],
    ['series', { studyInstanceUid: '1.2', seriesInstanceUid: '1.2.3' }],
    ['instance', { studyInstanceUid: '1.2', seriesInstanceUid: '1.2.3', sopInstanceUid: '1.2.3.4' }],
    ['file', { fileId: '20261124-a-1' }],
    ['patient', { patientId: 'P1' }],
  ])('that retrieves a %s scans no table', (_what, selector) => {
    const { where, values } = whereOf(selector);
    expect(scans(planOfSql(`SELECT i.file_id ${where}`, [...values, 100]))).toEqual([]);
  });
});

describe('the plan of the page', () => {
  const arrivedSince = '2026-11-23T15:00:00.000Z';
  it.each<[string, Omit<StudySearch, 'limit'>]>([
    ["today's list", { from: '20261124', to: '20261124', arrivedSince }],
    ['a day', { from: '20261124', to: '20261124' }],
    ['a month and a modality', { from: '20261101', to: '20261130', modalities: ['CT'] }],
    ['a Patient ID', { patientId: 'P1' }],
    ['an Accession Number', { accessionNumber: 'A1' }],
  ])('for %s scans no table', (_what, search) => {
    expect(scans(plansOf((connections) => searchStudies(connections, { ...search, limit: 101 })))).toEqual([]);
  });

  it('for everything goes through the index of dates and ends with the page', () => {
    const plan = plansOf((connections) => searchStudies(connections, { limit: 101 }));
    expect(plan.join()).toContain('studies_by_date');
    expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });

  it('for a text asks the index of texts', () => {
    const plan = plansOf(({ index: watched }) => candidates(watched, ['길동'], 100));
    expect(plan.some((step) => /study_search VIRTUAL TABLE INDEX/.test(step))).toBe(true);
    expect(scans(plan)).toEqual([]);
  });

  it('for what staff should look at, and for the counts, reads no table', () => {
    expect(scans(plansOf((connections) => attention(connections, { limit: 200 }))).join()).not.toMatch(
      /SCAN (st|i|se)$/,
    );
    expect(plansOf((connections) => attention(connections, { limit: 200 })).join()).toContain('studies_sharing_uid');
    const counted = plansOf((connections) => indexCounts(connections, {}));
    expect(counted.filter((step) => step.startsWith('SCAN studies')).every((step) => step.includes('COVERING'))).toBe(
      true,
    );
    expect(plansOf((connections) => unapprovedBytes(connections, {})).join()).toContain('instances_unapproved');
  });
});

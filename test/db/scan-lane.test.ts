/** Slow searches on a real index: what else is asked does not wait for them, they are few at a time, and they end. */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Connection } from '../../src/db/connection.ts';
import { Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import type { Find } from '../../src/db/operations/find.ts';
import { tagOf } from '../../src/dicom/dictionary.ts';
import { freshFolder } from '../support/folders.ts';

const STUDIES = 300_000;
const dataDir = freshFolder();
fill();
const open: Database[] = [];
afterAll(() => Promise.all(open.map((database) => database.close())));

/** Studies by number: each a name, an ID, a description and a day of its own, with one series. */
function fill(): void {
  const index = new Connection(join(dataDir, 'index.sqlite'), 'write');
  migrate(index, 'index');
  index.run(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
     INSERT INTO studies (study_instance_uid, patient_key, patient_id, patient_name, name_alphabetic, name_ideographic, name_phonetic, study_date, study_description, patient_birth_date,
       accession_number, number_of_study_related_instances, received_at, last_received_at, receive_sequence, search_text)
     SELECT '2.25.' || n, 'P' || n, 'P' || n, '김^' || n, '', '', '김^' || n, date('2020-01-01', (n / 150) || ' days'), '흉부 정면 ' || n, '19700101',
       'A' || n, 1, '2020-01-01', '2020-01-01', n, '김 ' || n FROM numbers`,
    STUDIES,
  );
  index.run(
    `INSERT INTO series (study, series_instance_uid, number_of_series_related_instances)
     SELECT id, study_instance_uid || '.1', 1 FROM studies`,
  );
  index.run("UPDATE studies SET study_date = replace(study_date, '-', '')");
  index.close();
}

async function opened(limits?: { quickMs: number; scanMs: number; waiting: number }): Promise<Database> {
  const database = await Database.open(dataDir, undefined, limits);
  open.push(database);
  return database;
}

function study(keys: Record<string, string>): Find {
  const asked = Object.entries(keys).map(([keyword, value]) => ({ tag: tagOf(keyword) as number, values: [value] }));
  return { level: 'STUDY', keys: asked, limit: 100 };
}

const SLOW = study({ StudyDescription: '*nobody*', ReferringPhysicianName: '*', PatientBirthDate: '-20991231' });

describe('slow searches', () => {
  it('keep nobody waiting who asks for a day, an ID, an accession number or a prefix of a name', async () => {
    const database = await opened();
    const ended: string[] = [];
    const slow = Array.from({ length: 6 }, () => database.read('find', SLOW).then(() => ended.push('slow')));
    const hot = [
      study({ StudyDate: '20200401' }),
      study({ PatientID: 'P777' }),
      study({ AccessionNumber: 'A777' }),
      study({ PatientName: '김*' }),
      study({ StudyInstanceUID: '2.25.777' }),
    ];
    for (const asked of hot) {
      const { count } = await database.read('find', asked);
      expect(count).toBeGreaterThan(0);
      ended.push('hot');
    }
    const today = { from: '20200401', to: '20200401', arrivedSince: '2026-01-01T00:00:00Z', limit: 101 };
    expect((await database.read('searchStudies', today)).length).toBe(101);
    ended.push('hot');
    await Promise.all(slow);
    expect(ended.indexOf('hot')).toBeLessThan(2);
    expect(ended.lastIndexOf('hot')).toBeLessThan(ended.lastIndexOf('slow'));
  });

  it('are refused when too many wait already, and the others are answered', async () => {
    const database = await opened({ quickMs: 1, scanMs: 60_000, waiting: 2 });
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => database.read('find', SLOW)));
    const refused = asked.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(asked.length - refused.length).toBeGreaterThanOrEqual(3);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ reason }) => reason.code === 'SEARCH_BUSY')).toBe(true);
    expect((await database.read('find', study({ PatientID: 'P1' }))).count).toBe(1);
  });

  it.each<[string, (database: Database) => Promise<unknown>]>([
    ['find', (database) => database.read('find', SLOW)],
    ['a search for series', (database) => database.read('find', { ...SLOW, level: 'SERIES' })],
    ['a search for patients', (database) => database.read('find', { ...SLOW, level: 'PATIENT' })],
    ['a page search', (database) => database.read('searchStudies', { text: 'nobody', limit: 100 })],
  ])('%s: is stopped when it takes too long, and the next is answered', async (_what, search) => {
    const database = await opened({ quickMs: 1, scanMs: 2, waiting: 8 });
    for (const _again of [1, 2]) {
      await expect(search(database)).rejects.toMatchObject({ code: 'SEARCH_TOO_BROAD' });
    }
    expect(await database.read('studyById', { id: 1 })).toMatchObject({ patientId: 'P1' });
  });

  it('under way do not hold up the end', async () => {
    const database = await Database.open(dataDir);
    const ended: string[] = [];
    const slow = Array.from({ length: 9 }, () => database.read('find', SLOW).catch(() => ended.push('given up')));
    // All of them have been passed on to the lane.
    await database.read('find', study({ PatientID: 'P1' }));
    await database.read('find', study({ PatientID: 'P1' }));
    await database.close();
    await Promise.all(slow);
    expect(ended.length).toBeGreaterThan(0);
  });
});

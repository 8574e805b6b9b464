import { expect, it } from 'vitest';
import { openArchive, store } from '../support/archive.ts';
import { makeInstance } from '../support/synthetic.ts';

const HOUR_MS = 3_600_000;

async function archiveOfThree() {
  const archive = await openArchive();
  await store(archive, makeInstance({ patientId: 'TODAY', studyDate: '20261124' }));
  await store(archive, makeInstance({ patientId: 'WRONG-CLOCK', studyDate: '20030101' }));
  await store(archive, makeInstance({ patientId: 'NO-DATE', attributes: { StudyDate: '' } }));
  return archive;
}

const day = { from: '20261124', to: '20261124', limit: 10 };

it("finds in today's list what arrived today under another date or none, newest arrival first", async () => {
  const archive = await archiveOfThree();
  const arrivedSince = new Date(Date.now() - HOUR_MS).toISOString();
  const rows = await archive.searchStudies({ ...day, arrivedSince });
  expect(rows.map(({ patientId }) => patientId)).toEqual(['NO-DATE', 'WRONG-CLOCK', 'TODAY']);
  const next = await archive.searchStudies({
    ...day,
    arrivedSince,
    after: { studyDate: '', receiveSequence: rows[0]?.receiveSequence ?? 0 },
  });
  expect(next.map(({ patientId }) => patientId)).toEqual(['WRONG-CLOCK', 'TODAY']);
  await archive.close();
});

it('keeps to the study date when nothing arrived since, or when arrival does not count', async () => {
  const archive = await archiveOfThree();
  const later = new Date(Date.now() + HOUR_MS).toISOString();
  for (const search of [{ ...day, arrivedSince: later }, day]) {
    const rows = await archive.searchStudies(search);
    expect(rows.map(({ patientId }) => patientId)).toEqual(['TODAY']);
  }
  await archive.close();
});

import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { store } from '../../support/archive.ts';
import { makeInstance } from '../../support/synthetic.ts';
import { type RestDoor, startRestDoor } from './rest-door.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let door: RestDoor;
beforeAll(async () => {
  door = await startRestDoor();
});
afterAll(() => door.close());

it.each([
  ['holds no image', { attributes: { Rows: [], Columns: [] }, pixelBytes: 0 }],
  ['holds an image without pixels', { rows: 16, columns: 16, pixelBytes: 0 }],
])('has no picture, and no failure either, for a study that %s', async (_, options) => {
  const { studyInstanceUid } = makeInstance();
  await store(door.archive, makeInstance({ ...options, studyInstanceUid, patientId: studyInstanceUid.slice(-12) }));
  const [row] = await door.archive.searchStudies({ text: studyInstanceUid.slice(-12), limit: 1 });
  const answer = await door.as('viewer', `/api/studies/${row?.id}/thumbnail`);
  expect([row !== undefined, answer.status]).toEqual([true, 204]);
});

it('knows no picture of a study that is not there', async () => {
  expect((await door.as('viewer', '/api/studies/999999/thumbnail')).status).toBe(404);
});

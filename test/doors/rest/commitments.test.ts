/** The list of storage commitments: who may see it, what it says, and that looking is on record. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { store } from '../../support/archive.ts';
import { makeInstance } from '../../support/synthetic.ts';
import { type RestDoor, startRestDoor } from './rest-door.ts';

let door: RestDoor;
const instance = makeInstance();

beforeAll(async () => {
  door = await startRestDoor();
  await store(door.archive, instance);
  const { sopClassUid, sopInstanceUid } = instance;
  const references = [
    { sopClassUid, sopInstanceUid },
    { sopClassUid, sopInstanceUid: '1.2.3' },
  ];
  const peer = { aeTitle: 'CT1', address: '10.0.0.1' };
  await door.commitments.start(async () => ({ kind: 'failed', of: 'device', error: 'unreachable: no route' }));
  await door.commitments.accept({ transactionUid: '1.2.840.1', references }, peer);
  await door.commitments.accept({ transactionUid: '1.2.840.2', references }, peer);
  await vi.waitFor(async () => expect((await door.commitments.get(1))?.attempts).toBe(1), { timeout: 20_000 });
});

afterAll(() => door.close());

it('lists transactions with their state and last error, newest first', async () => {
  const answer = await door.as('viewer', '/api/commitments?side=scp&limit=1&before=2');
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({
    commitments: [
      {
        id: 1,
        side: 'scp',
        state: 'reporting',
        transactionUid: '1.2.840.1',
        aeTitle: 'CT1',
        address: '10.0.0.1',
        instances: 2,
        failed: 1,
        attempts: 1,
        lastError: 'unreachable: no route',
        endedAt: null,
      },
    ],
  });
  const all = await door.as('viewer', '/api/commitments');
  expect((all.json() as { commitments: { id: number }[] }).commitments.map(({ id }) => id)).toEqual([2, 1]);
});

it('tells what became of each instance', async () => {
  const answer = await door.as('viewer', '/api/commitments/1');
  const { sopClassUid, sopInstanceUid } = instance;
  expect(answer.json().results).toEqual([
    { sopClassUid, sopInstanceUid, committed: true, failureReason: null },
    { sopClassUid, sopInstanceUid: '1.2.3', committed: false, failureReason: '0112H' },
  ]);
  expect((await door.as('viewer', '/api/commitments/99')).status).toBe(404);
});

it('is for people who are logged in, and on record', async () => {
  expect((await door.ask('/api/commitments')).status).toBe(401);
  await door.as('director', '/api/commitments/1');
  const log = await door.accessLog();
  expect(
    log.some(([who, action, , , detail]) => `${who} ${action} ${detail}` === 'director query storage commitment 1'),
  ).toBe(true);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readAccessLog, verifyAccessLog } from '../../src/audit/access-log.ts';
import { Audit, type AuditEvent } from '../../src/audit/record.ts';
import { Database } from '../../src/db/database.ts';
import { createLog } from '../../src/log.ts';

const log = createLog({ level: 'silent' });
// Real scrypt and real disks: slow on a busy machine, and slowness is no failure.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let database: Database;
let now: number;
let audit: Audit;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinicpacs-audit-'));
  database = await Database.open(folder);
  now = Date.parse('2026-03-02T09:00:00.000Z');
  audit = new Audit(database, log, () => now);
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const opened: AuditEvent = {
  who: 'kim',
  action: 'study.open',
  from: '192.168.0.7',
  door: 'dicomweb',
  patientId: 'P1',
  studyInstanceUid: '1.2.3',
  outcome: 'ok',
};

const allRows = async () => (await readAccessLog(database, { limit: 1000 })).rows;

/** Changes the file as somebody with the disk in hand would. */
async function tamper(sql: string): Promise<void> {
  await database.close();
  const sqlite = new Sqlite(join(folder, 'records.sqlite'));
  sqlite.exec('DROP TRIGGER access_log_never_changes; DROP TRIGGER access_log_never_shrinks;');
  sqlite.exec(sql);
  sqlite.close();
  database = await Database.open(folder);
}

async function recordTen(): Promise<void> {
  for (let i = 1; i <= 10; i++) audit.record({ ...opened, action: 'download', studyInstanceUid: `1.2.${i}` });
  await audit.flush();
}

describe('recording', () => {
  it('writes who, what, whose, when and from where', async () => {
    audit.record(opened);
    await audit.flush();
    expect(await allRows()).toEqual([
      {
        seq: 1,
        at: '2026-03-02T09:00:00.000Z',
        who: 'kim',
        action: 'study.open',
        from: '192.168.0.7',
        door: 'dicomweb',
        patientId: 'P1',
        studyInstanceUid: '1.2.3',
        detail: '',
        outcome: 'ok',
      },
    ]);
  });

  it('writes by itself without being asked', async () => {
    audit.record(opened);
    await expect.poll(async () => (await allRows()).length).toBe(1);
  });

  it('keeps one row for one person looking at one study within five minutes', async () => {
    audit.record(opened);
    now += 4 * 60_000;
    audit.record(opened);
    audit.record({ ...opened, who: 'lee' });
    audit.record({ ...opened, studyInstanceUid: '1.2.4' });
    audit.record({ ...opened, outcome: 'refused' });
    now += 2 * 60_000;
    audit.record(opened);
    await audit.flush();
    const rows = (await allRows())
      .toReversed()
      .map(({ who, studyInstanceUid, outcome }) => [who, studyInstanceUid, outcome]);
    expect(rows).toEqual([
      ['kim', '1.2.3', 'ok'],
      ['lee', '1.2.3', 'ok'],
      ['kim', '1.2.4', 'ok'],
      ['kim', '1.2.3', 'refused'],
      ['kim', '1.2.3', 'ok'],
    ]);
  });

  it('keeps every download', async () => {
    audit.record({ ...opened, action: 'download' });
    audit.record({ ...opened, action: 'download' });
    await audit.flush();
    expect(await allRows()).toHaveLength(2);
  });

  it('takes what devices send as text of one line', async () => {
    audit.record({ ...opened, who: 'EVIL\r\n"AE"@10.0.0.1', patientId: `P1${'x'.repeat(5000)}` });
    await audit.flush();
    const [row] = await allRows();
    expect(row?.who).toBe('EVIL  "AE"@10.0.0.1');
    expect(row?.patientId).toHaveLength(1024);
  });

  it('survives the loss of the index', async () => {
    audit.record(opened);
    await audit.flush();
    await database.close();
    for (const suffix of ['', '-wal', '-shm']) await rm(join(folder, `index.sqlite${suffix}`), { force: true });
    database = await Database.open(folder);
    expect(await allRows()).toHaveLength(1);
  });

  it('keeps rows in memory while the database cannot be written, and writes them later', async () => {
    await database.close();
    const blocker = new Sqlite(join(folder, 'records.sqlite'));
    blocker.exec('ALTER TABLE access_log RENAME TO access_log_away');
    database = await Database.open(folder);
    audit = new Audit(database, log, () => now);
    audit.record(opened);
    await audit.flush();
    blocker.exec('ALTER TABLE access_log_away RENAME TO access_log');
    blocker.close();
    await audit.flush();
    expect(await allRows()).toHaveLength(1);
  });
});

describe('reading', () => {
  it('pages from the newest to the oldest', async () => {
    await recordTen();
    const first = await readAccessLog(database, { limit: 4 });
    expect(first.rows.map(({ seq }) => seq)).toEqual([10, 9, 8, 7]);
    const last = await readAccessLog(database, { limit: 6, before: first.before as number });
    expect(last.rows.map(({ seq }) => seq)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(last.before).toBeNull();
  });

  it('answers for a period, a person, a patient', async () => {
    audit.record(opened);
    now += 86_400_000;
    audit.record({ ...opened, who: 'lee', patientId: 'P2' });
    audit.record({ who: 'kim', action: 'login', from: '', door: 'web', outcome: 'ok' });
    await audit.flush();
    const count = async (query: object) => (await readAccessLog(database, { limit: 10, ...query })).rows.length;
    expect(await count({ from: '2026-03-03T00:00:00.000Z' })).toBe(2);
    expect(await count({ to: '2026-03-03T00:00:00.000Z' })).toBe(1);
    expect(await count({ who: 'kim' })).toBe(2);
    expect(await count({ patientId: 'P2' })).toBe(1);
    expect(await count({ patientId: '' })).toBe(0);
    expect(await count({ who: 'kim', patientId: 'P1' })).toBe(1);
    expect(await count({ patientId: "' OR 1=1 --" })).toBe(0);
  });
});

describe('the hash chain', () => {
  it('holds from the first row to the last, over restarts', async () => {
    await recordTen();
    await database.close();
    database = await Database.open(folder);
    audit = new Audit(database, log, () => now);
    await recordTen();
    expect(await verifyAccessLog(database)).toMatchObject({ rows: 20, head: { seq: 20 } });
    expect((await verifyAccessLog(database)).broken).toBeUndefined();
  });

  it('holds for an empty log', async () => {
    expect((await verifyAccessLog(database)).broken).toBeUndefined();
  });

  it.each([
    ['a changed row', `UPDATE access_log SET who = 'lee' WHERE seq = 4`, 4],
    ['a changed outcome of the last row', `UPDATE access_log SET outcome = 'refused' WHERE seq = 10`, 10],
    ['a removed row', 'DELETE FROM access_log WHERE seq = 6', 6],
    ['removed rows at the end', 'DELETE FROM access_log WHERE seq > 7', 8],
    [
      'a removed row closed by renumbering',
      'DELETE FROM access_log WHERE seq = 3; UPDATE access_log SET seq = seq - 1 WHERE seq > 3',
      3,
    ],
    [
      'two rows exchanged',
      'UPDATE access_log SET seq = 99 WHERE seq = 2; UPDATE access_log SET seq = 2 WHERE seq = 3; UPDATE access_log SET seq = 3 WHERE seq = 99',
      2,
    ],
  ])('names %s', async (_what, sql, broken) => {
    await recordTen();
    await tamper(sql);
    expect(await verifyAccessLog(database)).toMatchObject({ broken });
  });

  it('cannot be shortened or changed through the database by mistake', async () => {
    await recordTen();
    const sqlite = new Sqlite(join(folder, 'records.sqlite'));
    expect(() => sqlite.exec('DELETE FROM access_log')).toThrow(/append-only/);
    expect(() => sqlite.exec(`UPDATE access_log SET who = 'x'`)).toThrow(/append-only/);
    sqlite.close();
  });
});

/** Notices: that something good did not happen reaches people, once a day, and tells nothing of a patient. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Backup } from '../../backup/backup.ts';
import { conditionsOf } from '../../backup/notices/conditions.ts';
import { Notifier } from '../../backup/notices/notifier.ts';
import type { BackupStatus, DiskStatus, TargetStatus } from '../../backup/status.ts';
import { type Config, defaultConfig } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { freshFolder } from '../support/folders.ts';
import { clinicWith } from './support/clinic.ts';
import { type MailServer, startMailServer } from './support/mail-server.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const NOW = new Date('2026-11-24T03:00:00.000Z');
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000).toISOString();
const TARGET: TargetStatus = {
  ...{ kind: 'nas', folder: '//nas/pacs', label: null, state: 'ready', lastRun: null, lastSuccess: hoursAgo(2) },
  ...{ lastDrill: null, ownDisk: true },
};
const DISK: DiskStatus = {
  ...{ number: 2, folder: '/media/b', lastSeen: hoursAgo(1), lastSuccess: null, freeBytes: 5, present: false },
  ...{ forecast: null, encrypted: null },
};

const inDays = (daysUntilFull: number) => ({ daysUntilFull, bytesPerDay: 1, fullOn: '' });

function told(state: Partial<Pick<BackupStatus, 'lastSuccess' | 'targets' | 'disks' | 'alarm'>>, afterHours = 36) {
  const good = { lastSuccess: hoursAgo(2), targets: [TARGET], disks: [], alarm: null };
  const circumstances = { afterHours, since: new Date(hoursAgo(500)), now: NOW, timeZone: 'Asia/Seoul' };
  return conditionsOf({ ...good, ...state }, circumstances);
}

describe('what is told', () => {
  test('nothing, when all is well or nothing was ever asked for', () => {
    expect(told({})).toEqual([]);
    expect(told({ targets: [], lastSuccess: null })).toEqual([]);
  });

  test('that there was no good run for so many hours, or never', () => {
    expect(told({ lastSuccess: hoursAgo(35) })).toEqual([]);
    expect(told({ lastSuccess: hoursAgo(37) })).toEqual([
      {
        key: 'overdue',
        ko: '37시간 동안 성공한 백업이 없습니다. 마지막 성공: 2026-11-22 23:00',
        en: 'No good backup for 37 hours. The last one: 2026-11-22 23:00',
      },
    ]);
    expect(told({ lastSuccess: null })[0]?.ko).toContain('아직 한 번도');
    expect(told({ lastSuccess: hoursAgo(37) }, 48)).toEqual([]);
  });

  test('a red drill, a target that is away, a disk nobody has seen, one that is full or soon will be, ransomware', () => {
    const drill = { folder: '', startedAt: '', finishedAt: '', volumes: { read: 0, all: 0 }, files: 0, sample: 0 };
    const lastDrill = { ...drill, good: false, problems: ['images/2026/11/24/x.dcm'] };
    expect(told({ targets: [{ ...TARGET, lastDrill }] }).map(({ key }) => key)).toEqual(['drill://nas/pacs']);
    expect(told({ targets: [{ ...TARGET, state: 'missing' }] })[0]?.ko).toContain('(마지막 백업 2026-11-24 10:00)');
    expect(told({ targets: [{ ...TARGET, state: 'full' }] }).map(({ key }) => key)).toEqual(['full://nas/pacs']);
    expect(told({ disks: [{ ...DISK, lastSeen: hoursAgo(24 * 9) }] })[0]?.ko).toContain('2번 백업 디스크를 2026-11-15');
    expect(told({ disks: [{ ...DISK, forecast: inDays(14) }] }).map(({ key }) => key)).toEqual(['filling:2']);
    expect(told({ disks: [DISK, { ...DISK, forecast: inDays(15) }] })).toEqual([]);
    const alarm = { id: 'a', at: '', folder: '', reasons: [], sampled: 1, changed: 1, acknowledged: null };
    expect(told({ alarm })[0]?.en).toContain('Ransomware');
  });
});

describe('how it is told', () => {
  let mail: MailServer;
  let posts: { body: string }[];
  let hook: ReturnType<typeof createServer>;
  let status: number;
  let notices: Config['backup']['notices'];
  let now: Date;
  const memory = () => {
    const kept = new Map<string, string>();
    return {
      get: async (key: string) => kept.get(key),
      set: async (key: string, value: string) => void kept.set(key, value),
    };
  };

  beforeEach(async () => {
    [mail, posts, status, now] = [await startMailServer(), [], 200, NOW];
    hook = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        posts.push({ body });
        response.writeHead(status).end();
      });
    }).listen(0, '127.0.0.1');
    await once(hook, 'listening');
    notices = {
      afterHours: 36,
      mail: {
        ...{ host: '127.0.0.1', port: mail.port, security: 'none', user: 'pacs', password: 'geheim' },
        ...{ from: 'pacs@clinic.kr', to: ['kim@clinic.kr', 'it@clinic.kr'] },
      },
      webhook: { url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/secret` },
    };
  });
  afterEach(async () => {
    await mail.close();
    hook.close();
    hook.closeAllConnections();
  });

  const notifier = (conditions: { key: string; ko: string; en: string }[]) =>
    new Notifier({
      ...{ clinic: '가나의원', notices: () => notices, conditions: async () => conditions, memory: memory() },
      ...{ log: createLog({ level: 'silent' }), now: () => now },
    });

  test('by mail and by webhook, each condition once a day, until it is over', async () => {
    const conditions = [{ key: 'overdue', ko: '백업이 없습니다.', en: 'No backup.' }];
    const hourly = notifier(conditions);
    for (let hour = 0; hour < 30; hour++) {
      await hourly.look();
      now = new Date(now.getTime() + 3_600_000);
    }
    expect([mail.messages.length, posts.length]).toEqual([2, 2]);
    expect(mail.messages[0]).toMatchObject({ login: 'pacs:geheim', recipients: ['<kim@clinic.kr>', '<it@clinic.kr>'] });
    expect(JSON.parse(posts[0]?.body ?? '').text).toContain('백업이 없습니다.');
    conditions.push({ key: 'drill:a', ko: '훈련 실패', en: 'drill' });
    await hourly.look();
    expect(JSON.parse(posts[2]?.body ?? '').text).not.toContain('백업이 없습니다.');
    conditions.length = 0;
    await hourly.look();
    conditions.push({ key: 'overdue', ko: '다시', en: 'again' });
    await hourly.look();
    expect(posts.length).toBe(3);
  });

  test('what reached nobody is told again an hour later; one way that fails keeps no other', async () => {
    const hourly = notifier([{ key: 'overdue', ko: 'x', en: 'x' }]);
    await mail.close();
    status = 500;
    await hourly.look();
    await hourly.look();
    expect(posts.length).toBe(2);
    status = 200;
    await hourly.look();
    await hourly.look();
    expect(posts.length).toBe(3);
    mail = await startMailServer();
  });

  test('the test message says what came of each way, without secrets', async () => {
    expect(await notifier([]).test()).toEqual({ mail: { state: 'sent' }, webhook: { state: 'sent' } });
    await mail.close();
    status = 403;
    const answer = await notifier([]).test();
    expect(answer).toMatchObject({ mail: { state: 'failed' }, webhook: { state: 'failed', detail: 'HTTP 403' } });
    expect(JSON.stringify(answer)).not.toMatch(/geheim|secret/);
    notices = { afterHours: 36, mail: null, webhook: null };
    expect(await notifier([]).test()).toEqual({ mail: { state: 'off' }, webhook: { state: 'off' } });
    mail = await startMailServer();
  });

  test('a night run that finds its target away tells so, and nothing of a patient', async () => {
    const clinic = await clinicWith(3);
    const config = defaultConfig();
    const away = path.join(freshFolder(), 'away');
    config.backup.targets = [{ kind: 'nas', path: away }];
    const log = createLog({ level: 'silent' });
    const settings = { dataDir: clinic.dataDir, config, database: clinic.archive.database, log };
    const backup = new Backup({ ...settings, notices: () => notices, makeUpAfterMs: 1 });
    await backup.start();
    await vi.waitFor(() => expect(posts.length).toBe(1), 30_000);
    await backup.stop();
    expect(posts[0]?.body).toContain(away);
    expect((await backup.status()).conditions.map(({ key }) => key)).toEqual([`missing:${away}`]);
    for (const secret of ['Gildong', '홍', 'P-1', '1.2.826']) expect(posts[0]?.body).not.toContain(secret);
    await clinic.archive.close();
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROUTES } from '../../../src/accounts/route-permissions.ts';
import type { BackupState } from '../../../src/doors/rest/deps.ts';
import { createOpenApiDocument } from '../../../src/doors/rest/openapi.ts';
import { ArchiveError } from '../../../src/errors.ts';
import { store } from '../../support/archive.ts';
import { makeStudy } from '../../support/synthetic.ts';
import { NO_BACKUP, type RestDoor, startRestDoor } from './rest-door.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

interface DescribedOperation {
  summary: string;
  parameters: { in: string; name: string }[];
  responses: Record<string, { content?: object }>;
}

let door: RestDoor;
let backup: BackupState = NO_BACKUP;
const acknowledged: string[][] = [];
let run: () => Promise<unknown> = async () => undefined;

beforeAll(async () => {
  const acknowledgeAlarm = async (...seen: string[]) => {
    acknowledged.push(seen);
  };
  door = await startRestDoor({ backup: { status: async () => backup, run: () => run(), acknowledgeAlarm } });
});
afterAll(() => door.close());

describe('the state of the appliance', () => {
  it('says what to type into a modality, how much room there is and what waits', async () => {
    for (const instance of makeStudy(1, 3)) await store(door.archive, instance);
    const status = (await door.as('viewer', '/api/status')).json();
    expect(status).toMatchObject({
      version: '1.2.3',
      clinic: { name: '우리 의원' },
      dicom: { aeTitle: 'CLINICPACS', port: 11112, tlsPort: null },
      storage: { state: expect.stringMatching(/ok|low/) },
      studies: 1,
      instances: 3,
      attention: 0,
      quarantine: 0,
      index: 'ready',
      backup: { lastSuccess: null, lastOutcome: null, running: false, daysUntilFull: null },
    });
    const { dicom, storage } = status as { dicom: { addresses: string[] }; storage: Record<string, number> };
    for (const address of dicom.addresses) expect(address).not.toMatch(/^127\./);
    expect(storage.freeBytes).toBeGreaterThan(0);
    expect(storage.totalBytes).toBeGreaterThan(storage.freeBytes as number);
  });

  it('is nobody’s business without a login, but that the program lives', async () => {
    expect((await door.ask('/api/status')).status).toBe(401);
    expect((await door.ask('/healthz')).body).toBe('{"status":"ok"}');
  });
});

describe('the backup', () => {
  const done = {
    startedAt: '2026-03-01T17:00:00.000Z',
    finishedAt: '2026-03-01T17:05:00.000Z',
    files: 12,
    bytes: 3456,
  };

  it('is shown target by target and run by run', async () => {
    const failure = { code: 'BACKUP_TARGET_MISSING', ko: '없음', en: 'missing', detail: '' } as const;
    const good = { ...done, trigger: 'night', outcome: 'ok', folder: '/mnt/nas' } as const;
    const lastDrill = {
      startedAt: done.startedAt,
      good: true,
      files: 12,
      sample: 4,
      volumes: { read: 1, all: 1 },
      problems: [],
    };
    const incomplete = { ...done, trigger: 'missed', outcome: 'incomplete', folder: '/x', failure } as const;
    backup = {
      nextRun: '2026-03-02T17:00:00.000Z',
      lastSuccess: done.startedAt,
      lastRun: good,
      targets: [
        {
          kind: 'nas',
          folder: '/mnt/nas',
          label: null,
          state: 'ready',
          lastSuccess: done.startedAt,
          lastDrill,
          ownDisk: true,
        },
        {
          kind: 'usb',
          folder: null,
          label: 'PACS',
          state: 'missing',
          lastSuccess: null,
          lastDrill: null,
          ownDisk: null,
        },
      ],
      runs: [good, incomplete],
      disks: [
        {
          ...{ number: 1, folder: '/mnt/nas', present: false, lastSeen: done.startedAt, lastSuccess: null },
          ...{ freeBytes: 5, encrypted: true, forecast: { bytesPerDay: 3, daysUntilFull: 9, fullOn: '2026-03-10' } },
        },
      ],
      green: false,
      alarm: {
        ...{ id: 'a1', at: done.startedAt, folder: '/mnt/nas', sampled: 128, changed: 90, acknowledged: null },
        reasons: [{ path: 'images/x.dcm', ko: '바뀜', en: 'changed' }],
      },
      encryption: { state: 'off', recipients: null, since: null },
      conditions: [{ key: 'overdue', ko: '없음', en: 'none' }],
      streak: 37,
      running: { folder: '/mnt/nas', stage: 'volumes', startedAt: done.startedAt, bytesDone: 1, bytesTotal: 2 },
    };
    expect((await door.as('director', '/api/backup')).json()).toMatchObject({
      running: { phase: 'volumes', doneBytes: 1, totalBytes: 2 },
      next: '2026-03-02T17:00:00.000Z',
      green: false,
      alarm: {
        ...{ id: 'a1', target: '/mnt/nas', sampled: 128, changed: 90, acknowledged: null },
        message: { ko: expect.stringContaining('랜섬웨어'), en: expect.stringContaining('Ransomware') },
        reasons: [{ path: 'images/x.dcm', message: { ko: '바뀜', en: 'changed' } }],
      },
      streak: 37,
      disks: [{ number: 1, present: false, daysUntilFull: 9, forecast: { bytesPerDay: 3, fullOn: '2026-03-10' } }],
      targets: [
        { name: '/mnt/nas', state: 'ready', ownDisk: true, drill: { at: done.startedAt, good: true, volumesRead: 1 } },
        { name: 'PACS', path: '', state: 'missing', drill: null },
      ],
      runs: [
        { trigger: 'night', outcome: 'ok', instances: 12, bytes: 3456, target: '/mnt/nas' },
        { trigger: 'start', outcome: 'failed', code: 'BACKUP_TARGET_MISSING', message: { ko: '없음' } },
      ],
    });
    backup = NO_BACKUP;
  });

  it('is begun by hand, on record, and the answer does not wait for its end', async () => {
    run = () => new Promise(() => undefined);
    expect((await door.as('director', '/api/backup/run', { method: 'POST' })).status).toBe(200);
    expect((await door.accessLog())[0]?.slice(0, 2)).toEqual(['director', 'backup.run']);
    expect((await door.as('viewer', '/api/backup/run', { method: 'POST' })).status).toBe(403);
  });

  it('goes on after a ransomware alarm when somebody has looked, on record', async () => {
    const path = '/api/backup/alarm/acknowledge';
    expect((await door.as('viewer', path, { method: 'POST', body: { id: 'a1' } })).status).toBe(403);
    expect((await door.as('director', path, { method: 'POST', body: {} })).status).toBe(400);
    expect((await door.as('director', path, { method: 'POST', body: { id: 'a1' } })).status).toBe(200);
    expect(acknowledged).toEqual([['a1', 'director']]);
    expect((await door.accessLog())[0]?.slice(0, 2)).toEqual(['director', 'backup.alarm.acknowledge']);
  });

  it('tells people by mail and webhook as they set it; secrets go in and never come out', async () => {
    const path = '/api/backup/notices';
    expect((await door.as('viewer', path)).status).toBe(403);
    expect((await door.as('director', path)).json()).toEqual({ afterHours: 36, mail: null, webhook: null });
    const mail = {
      ...{ host: 'smtp.example.com', port: 587, security: 'starttls', user: 'pacs', password: 'geheim' },
      ...{ from: 'pacs@example.com', to: ['kim@example.com'] },
    };
    const webhook = { url: 'https://hooks.example.com/T0/secret' };
    const put = (body: unknown) => door.as('director', path, { method: 'PUT', body });
    const shown = (await put({ afterHours: 24, mail, webhook })).json();
    expect(shown).toEqual({
      afterHours: 24,
      mail: { ...mail, password: '********' },
      webhook: { url: 'https://hooks.example.com/********' },
    });
    expect((await put({ ...shown, afterHours: 12 })).json()).toEqual({ ...shown, afterHours: 12 });
    const kept = JSON.parse(await readFile(join(door.dataDir, 'config.json'), 'utf8')).backup.notices;
    expect(kept).toEqual({ afterHours: 12, mail, webhook });
    for (const other of [{ host: 'evil.example.com' }, { security: 'none' }]) {
      const elsewhere = await put({ ...shown, mail: { ...mail, password: '********', ...other } });
      expect([elsewhere.status, Object.keys(elsewhere.json().errors as object)]).toEqual([422, ['mail.password']]);
    }
    const wrong = await put({ afterHours: 0, mail: { ...mail, from: 'nobody' }, webhook: null });
    expect([wrong.status, Object.keys(wrong.json().errors as object)]).toEqual([422, ['afterHours', 'mail.from']]);
    const tested = await door.as('director', `${path}/test`, { method: 'POST' });
    expect(tested.json()).toEqual({ mail: { state: 'off' }, webhook: { state: 'off' } });
    expect((await door.accessLog()).map(([, action]) => action)).toContain('backup.notices.change');
  });

  it('that is running already is not begun again', async () => {
    run = () => Promise.reject(new ArchiveError('BACKUP_RUNNING'));
    const answer = await door.as('director', '/api/backup/run', { method: 'POST' });
    expect([answer.status, answer.json().code]).toEqual([409, 'BACKUP_RUNNING']);
  });
});

describe('the OpenAPI document', () => {
  it('describes every route that is served, and nothing else', async () => {
    const { paths } = createOpenApiDocument() as { paths: Record<string, object> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const served = Object.keys(ROUTES).map((route) => route.replace('*', ':'));
    expect(described.toSorted()).toEqual(served.toSorted());
  });

  it('names the shapes that the pages use', () => {
    const { components } = createOpenApiDocument('1.0.0') as { components: { schemas: Record<string, object> } };
    const used = [
      'Problem',
      'Role',
      'Identity',
      'Session',
      'PersonName',
      'StudyRow',
      'StudySearch',
      'StudyPage',
      'Status',
      'Attention',
      'Backup',
      'User',
      'NewUser',
      'AccessLog',
    ];
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(used));
  });

  it('describes every DICOMweb resource with its parameters and what it answers', () => {
    const { paths } = createOpenApiDocument('1.0.0') as unknown as {
      paths: Record<string, Record<string, DescribedOperation>>;
    };
    const routes = Object.keys(ROUTES).filter((route) => / \/(dicom-web\/|wado$)/.test(route));
    expect(routes.length).toBeGreaterThan(20);
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      const operation = paths[path.replace(/[:*](\w+)/g, '{$1}')]?.[method.toLowerCase()];
      const given = operation?.parameters.filter((parameter) => parameter.in === 'path').length;
      expect(given, route).toBe((path.match(/[:*]/g) ?? []).length);
      expect(Object.keys(operation?.responses['200']?.content ?? {}).length, route).toBeGreaterThan(0);
      expect(operation?.summary, route).toMatch(/RS|URI/);
    }
    const search = paths['/dicom-web/studies']?.get?.parameters.map(({ name }) => name);
    expect(search).toEqual(expect.arrayContaining(['includefield', 'fuzzymatching', 'limit', 'offset']));
  });

  it('is served to who is logged in', async () => {
    const answer = await door.as('viewer', '/api/openapi.json');
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.json()).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
  });
});

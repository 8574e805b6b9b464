/** 백업: its state, and a run by hand. */
import type { z } from 'zod';
import { identityIn, type RequestLocals } from '../../accounts/request-locals.ts';
import type { AuditAction, AuditEvent } from '../../audit/record.ts';
import { ERRORS } from '../../error-table.ts';
import { noticesFrom, noticesView } from './backup-notices.ts';
import type { BackupRun, BackupState, RestDeps, RestHandlers } from './deps.ts';
import { given, json, RequestInvalid, read } from './exchange.ts';
import {
  AlarmSeen,
  BackedUpStudies,
  Backup,
  BackupKeys,
  DiskPath,
  KeysKept,
  LookInto,
  Notices,
  NoticesTested,
  PutBackRequest,
  PutBackResult,
} from './schemas/backup.ts';
import { Done } from './schemas/shapes.ts';
import { orInvalid } from './settings-invalid.ts';

type BackupRoutes = {
  [K in keyof RestHandlers as K extends `${string} /api/backup${string}` ? K : never]: RestHandlers[K];
};

const ONE_OF_THEM = {
  patientId: {
    ko: 'patientId, studyInstanceUid, sopInstanceUid 가운데 하나만 보내 주세요.',
    en: 'Send exactly one of patientId, studyInstanceUid, sopInstanceUid.',
  },
};

/** A refusal comes at once; a run that goes on longer has begun. */
const BEGUN_AFTER_MS = 200;

export function backupRoutes({ backup, audit, settings, log }: RestDeps): BackupRoutes {
  const record = (action: AuditAction, locals: RequestLocals, more: Partial<AuditEvent> = {}) => {
    const { address, door } = locals.source;
    audit.record({ who: identityIn(locals).userName, action, from: address, door, outcome: 'ok', ...more });
  };
  return {
    'GET /api/backup': json(Backup, async () => backupView(await backup.status())),

    'POST /api/backup/run': json(Done, async ({ locals }) => {
      const run = backup.run();
      run.catch((error) => log.warn({ err: error }, 'the backup by hand ended with a failure'));
      await Promise.race([run, new Promise((resolve) => setTimeout(resolve, BEGUN_AFTER_MS).unref())]);
      record('backup.run', locals);
      return {};
    }),

    'POST /api/backup/alarm/acknowledge': json(Done, async ({ request, locals }) => {
      const { id } = read(AlarmSeen, request.body);
      await backup.acknowledgeAlarm(id, identityIn(locals).userName);
      record('backup.alarm.acknowledge', locals);
      return {};
    }),

    'POST /api/backup/keys': json(BackupKeys, async ({ locals, response }) => {
      const keys = await backup.makeKeys();
      record('backup.keys.make', locals);
      response.set('Cache-Control', 'no-store');
      return keys;
    }),

    'POST /api/backup/keys/confirm': json(Done, async ({ request, locals }) => {
      await backup.confirmKeys(read(KeysKept, request.body).ending);
      record('backup.keys.confirm', locals);
      return {};
    }),

    'POST /api/backup/look': json(BackedUpStudies, async ({ request, locals }) => {
      const { target, text } = read(LookInto, request.body);
      const studies = await backup.look(target, text);
      record('backup.look', locals, { detail: `${target}: ${studies.length}` });
      return { studies: [...studies] };
    }),

    'POST /api/backup/put-back': json(PutBackResult, async ({ request, locals }) => {
      const { target, ...asked } = read(PutBackRequest, request.body);
      const wanted = given({ patient: asked.patientId, study: asked.studyInstanceUid, instance: asked.sopInstanceUid });
      if (Object.keys(wanted).length !== 1) throw new RequestInvalid(ONE_OF_THEM);
      const { problems, ...counts } = await backup.putBack(target, wanted);
      const { patientId, studyInstanceUid } = asked;
      record('backup.put-back', locals, { detail: target, patientId, studyInstanceUid });
      return { ...counts, problems: problems.map(({ path, ko, en }) => ({ path, message: { ko, en } })) };
    }),

    'DELETE /api/backup/disks/:number': json(Done, async ({ request, locals }) => {
      await backup.forgetDisk(read(DiskPath, request.params).number);
      record('backup.disk.forget', locals);
      return {};
    }),

    'GET /api/backup/notices': json(Notices, () => noticesView(settings.current.backup.notices)),

    'PUT /api/backup/notices': json(Notices, async ({ request, locals }) => {
      const asked = read(Notices, request.body);
      const change = settings.change((config) => {
        const notices = noticesFrom(asked, config.backup.notices);
        return { ...config, backup: { ...config.backup, notices } };
      });
      const { backup: changed } = await orInvalid(change, /^backup\.notices\.?/);
      record('backup.notices.change', locals);
      return noticesView(changed.notices);
    }),

    'POST /api/backup/notices/test': json(NoticesTested, () => backup.testNotices()),

    'DELETE /api/backup/keys': json(Done, async ({ locals }) => {
      await backup.stopEncryption();
      record('backup.keys.stop', locals);
      return {};
    }),
  };
}

function backupView({
  running,
  nextRun,
  lastSuccess,
  targets,
  runs,
  disks,
  green,
  alarm,
  encryption,
  conditions,
  streak,
}: BackupState): z.input<typeof Backup> {
  return {
    running: running
      ? {
          phase: running.stage,
          doneBytes: running.bytesDone,
          totalBytes: running.bytesTotal,
          startedAt: running.startedAt,
        }
      : null,
    next: nextRun,
    lastSuccess,
    green,
    alarm: alarm && {
      ...{ id: alarm.id, at: alarm.at, target: alarm.folder, sampled: alarm.sampled, changed: alarm.changed },
      reasons: alarm.reasons.map(({ path, ko, en }) => ({ path, message: { ko, en } })),
      message: { ko: ERRORS.BACKUP_ALARM.ko, en: ERRORS.BACKUP_ALARM.en },
      acknowledged: alarm.acknowledged,
    },
    encryption,
    warnings: conditions.map(({ key, ko, en }) => ({ key, message: { ko, en } })),
    streak,
    disks: disks.map(({ forecast, ...disk }) => ({
      ...disk,
      forecast,
      daysUntilFull: forecast?.daysUntilFull ?? null,
    })),
    targets: targets.map(({ kind, folder, label, ...target }) => ({
      name: label ?? folder ?? kind,
      kind,
      path: folder ?? '',
      ...(target.region !== undefined && { region: target.region }),
      state: target.state,
      lastSuccess: target.lastSuccess,
      drill: drillView(target.lastDrill),
      ownDisk: target.ownDisk,
    })),
    runs: runs.map(runView),
  };
}

function drillView(drill: BackupState['targets'][number]['lastDrill']) {
  if (drill === null) return null;
  const { startedAt, good, files, sample, volumes, problems } = drill;
  return {
    at: startedAt,
    good,
    files,
    sample,
    volumesRead: volumes.read,
    volumes: volumes.all,
    problems: [...problems],
  };
}

/** A run that left something undone is no success. */
function runView(run: BackupRun): z.input<typeof Backup>['runs'][number] {
  const { failure } = run;
  return {
    id: `${run.startedAt} ${run.folder}`,
    startedAt: run.startedAt,
    endedAt: run.finishedAt,
    trigger: run.trigger === 'missed' ? 'start' : run.trigger,
    outcome: run.outcome === 'ok' ? 'ok' : 'failed',
    ...(failure ? { code: failure.code, message: { ko: failure.ko, en: failure.en } } : {}),
    instances: run.files,
    bytes: run.bytes,
    target: run.folder,
  };
}

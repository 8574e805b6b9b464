/** 백업: its state, and a run by hand. */
import type { z } from 'zod';
import { identityIn } from '../../accounts/request-locals.ts';
import { ERRORS } from '../../errors.ts';
import type { BackupRun, BackupState, RestDeps, RestHandlers } from './deps.ts';
import { json, read } from './exchange.ts';
import { AlarmSeen, Backup } from './schemas/backup.ts';
import { Done } from './schemas/shapes.ts';

type BackupRoutes = Pick<
  RestHandlers,
  'GET /api/backup' | 'POST /api/backup/run' | 'POST /api/backup/alarm/acknowledge'
>;

/** A refusal comes at once; a run that goes on longer has begun. */
const BEGUN_AFTER_MS = 200;

export function backupRoutes({ backup, audit, log }: RestDeps): BackupRoutes {
  return {
    'GET /api/backup': json(Backup, async () => backupView(await backup.status())),

    'POST /api/backup/run': json(Done, async ({ locals }) => {
      const run = backup.run();
      run.catch((error) => log.warn({ err: error }, 'the backup by hand ended with a failure'));
      await Promise.race([run, new Promise((resolve) => setTimeout(resolve, BEGUN_AFTER_MS).unref())]);
      const { address, door } = locals.source;
      audit.record({ who: identityIn(locals).userName, action: 'backup.run', from: address, door, outcome: 'ok' });
      return {};
    }),

    'POST /api/backup/alarm/acknowledge': json(Done, async ({ request, locals }) => {
      const { id } = read(AlarmSeen, request.body);
      const who = identityIn(locals).userName;
      await backup.acknowledgeAlarm(id, who);
      const { address, door } = locals.source;
      audit.record({ who, action: 'backup.alarm.acknowledge', from: address, door, outcome: 'ok' });
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
    streak,
    disks: disks.map((disk) => ({ ...disk })),
    targets: targets.map(({ kind, folder, label, ...target }) => ({
      name: label ?? folder ?? kind,
      kind,
      path: folder ?? '',
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

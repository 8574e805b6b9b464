/** 백업: its state, and a run by hand. */
import type { z } from 'zod';
import { identityIn } from '../../accounts/request-locals.ts';
import type { BackupRun, BackupState, RestDeps, RestHandlers } from './deps.ts';
import { json } from './exchange.ts';
import { Done } from './schemas/shapes.ts';
import { Backup } from './schemas/upkeep.ts';

type BackupRoutes = Pick<RestHandlers, 'GET /api/backup' | 'POST /api/backup/run'>;

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
  };
}

function backupView({ running, nextRun, lastSuccess, targets }: BackupState): z.input<typeof Backup> {
  const runs = targets.flatMap((target) => (target.lastRun ? [runView(target.lastRun, nameOf(target))] : []));
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
    targets: targets.map((target) => ({
      name: nameOf(target),
      kind: target.kind,
      path: target.folder ?? '',
      state: stateOf(target.lastRun),
      lastSuccess: target.lastSuccess,
      ownDisk: target.ownDisk,
    })),
    runs: runs.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt)),
  };
}

function nameOf({ label, folder, kind }: BackupState['targets'][number]): string {
  return label ?? folder ?? kind;
}

function stateOf(run: BackupRun | null): 'ready' | 'missing' | 'full' {
  if (run?.failure?.code === 'BACKUP_TARGET_MISSING') return 'missing';
  return run?.failure?.code === 'BACKUP_TARGET_FULL' ? 'full' : 'ready';
}

function runView(run: BackupRun, target: string): z.input<typeof Backup>['runs'][number] {
  return {
    id: `${target} ${run.startedAt}`,
    startedAt: run.startedAt,
    endedAt: run.finishedAt,
    outcome: run.outcome === 'ok' ? 'ok' : 'failed',
    ...failureOf(run),
    instances: run.files,
    bytes: run.bytes,
    target,
  };
}

/** A run that left something undone is no success, and says what it left. */
function failureOf({ outcome, failure, pending, problems }: BackupRun) {
  if (failure) return { code: failure.code, message: { ko: failure.ko, en: failure.en } };
  if (outcome === 'ok') return {};
  const missing = pending.length + problems.length;
  const ko = `${missing}가지를 백업하지 못했습니다. 다음 백업에서 다시 시도합니다.`;
  const en = `${missing} things could not be backed up. The next run tries again.`;
  return { message: { ko, en } };
}

/**
 * A network of our own for the whole bench. The DICOM listeners of Orthanc and DCMTK bind to every interface; in a
 * network namespace that has nothing but its loopback nobody outside can reach them.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { findProgram } from './programs.ts';

const MARK = 'CLINICPACS_BENCH_OWN_NETWORK';

/** We run inside the namespace: peers may be started. */
export const inOwnNetwork = process.env[MARK] === 'yes';

/** Can this user make such a namespace? Linux, root, with iproute2. */
export function canHaveOwnNetwork(): boolean {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return isRoot && findProgram('unshare') !== undefined && findProgram('ip') !== undefined;
}

/** Runs this program again inside the namespace; resolves to its exit code. */
export function runInOwnNetwork(): Promise<number> {
  const again = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh', process.execPath, ...process.argv.slice(1)];
  const unshare = findProgram('unshare') as string;
  const child = spawn(unshare, ['--net', ...again], { stdio: 'inherit', env: { ...process.env, [MARK]: 'yes' } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  process.on('disconnect', () => child.kill());
  // The launcher's channel alone must not keep us alive when the child has ended.
  process.channel?.unref();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  });
}

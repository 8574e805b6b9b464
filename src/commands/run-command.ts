/** How every command ends: exit code 0 only when it truly worked, and a sentence for the person at the screen otherwise. */
import { ConfigError } from '../config/problems.ts';
import { ArchiveError } from '../errors.ts';

/** @param work resolves to whether everything is well */
export async function runCommand(work: () => Promise<boolean>): Promise<void> {
  try {
    process.exitCode = (await work()) ? 0 : 1;
  } catch (error) {
    console.error(`\n${explainFailure(error)}\n`);
    process.exitCode = 1;
  }
}

/** A failure in words; a bug with its stack. */
export function explainFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof ArchiveError) {
    const sentence = `${error.entry.ko} / ${error.entry.en}`;
    if (error.code === 'START_REFUSED' && error.detail !== '') return error.detail;
    return error.detail === '' ? sentence : `${sentence} (${error.detail})`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The log: JSON lines by pino. Patients' names, IDs and birth dates never go in; UIDs of studies may. */
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & { child(bindings: object): Log };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LogSettings {
  level: LogLevel;
  /** A file that gets every line of the level; the screen (stderr) then gets warnings and worse only. */
  file?: string;
}

const LARGEST_FILE = 20 << 20;
const KEPT_FILES = 5;

export function createLog({ level, file }: LogSettings): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const screen = pino.destination({ dest: 2, sync: true });
  if (file === undefined) return pino(options, screen);
  const disk = rotatingFile(file);
  const streams = [
    { stream: disk, level: 'debug' as const },
    { stream: screen, level: 'warn' as const },
  ];
  return pino(options, pino.multistream(streams));
}

/** Starts a new file at 20 MB and keeps the last five. */
function rotatingFile(file: string): ReturnType<typeof pino.destination> {
  mkdirSync(dirname(file), { recursive: true });
  rotate(file);
  const destination = pino.destination({ dest: file, sync: false });
  // A full disk must not end the program for want of a log line.
  destination.on('error', () => undefined);
  setInterval(() => {
    if (rotate(file)) destination.reopen();
  }, 60_000).unref();
  return destination;
}

function rotate(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < LARGEST_FILE) return false;
  rmSync(`${file}.${KEPT_FILES}`, { force: true });
  for (let n = KEPT_FILES - 1; n >= 1; n--) {
    if (statSync(`${file}.${n}`, { throwIfNoEntry: false })) renameSync(`${file}.${n}`, `${file}.${n + 1}`);
  }
  renameSync(file, `${file}.1`);
  return true;
}

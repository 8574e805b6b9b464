/** The log: JSON lines by pino. Patients' names, IDs and birth dates never go in; UIDs of studies may. */
import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, type LoggerOptions, pino } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & { child(bindings: object): Log };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const LARGEST_FILE = 20 << 20;
const KEPT_FILES = 5;

/** Lines on the screen (stderr). */
export function createLog({ level }: { level: LogLevel }): Log {
  return pino(lineOptions(level), screen());
}

/** Lines of the level in a file; the screen gets warnings and worse only. Without the file the program does its work too. */
export async function openLog(level: LogLevel, file: string): Promise<Log> {
  if (!canOpen(file)) return createLog({ level });
  const disk = rotatingFile(file);
  // Before it is open it cannot be flushed, and a program that ends at once would fail in that.
  await new Promise((opened) => disk.once('ready', opened).once('error', opened));
  const streams = [
    { stream: disk, level: 'debug' as const },
    { stream: screen(), level: 'warn' as const },
  ];
  return pino(lineOptions(level), pino.multistream(streams));
}

function canOpen(file: string): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true });
    closeSync(openSync(file, 'a'));
    return true;
  } catch {
    return false;
  }
}

function lineOptions(level: LogLevel): LoggerOptions {
  return { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
}

function screen(): ReturnType<typeof pino.destination> {
  return pino.destination({ dest: 2, sync: true });
}

/** Starts a new file at 20 MB and keeps the last five. */
function rotatingFile(file: string): ReturnType<typeof pino.destination> {
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

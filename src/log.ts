/** The log: JSON lines by pino. Patients' names, IDs and birth dates never go in; UIDs of studies may. */
import { type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & { child(bindings: object): Log };

export interface LogSettings {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** A file to append to as well; its folder must exist. */
  file?: string;
}

/** Lines go to stderr (so that stdout stays for people) and, when set, to the file. */
export function createLog(settings: LogSettings): Log {
  const streams = [{ stream: pino.destination({ dest: 2, sync: false }) }];
  if (settings.file) streams.push({ stream: pino.destination({ dest: settings.file, sync: false, mkdir: true }) });
  return pino({ level: settings.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.multistream(streams));
}

/** A scanner on the network must not fill the disk by what is written about it. */
import type { Log } from '../../log.ts';

type Bounded = Pick<Log, 'info' | 'warn'>;

const PER_MINUTE = 120;
const MINUTE_MS = 60_000;

/** The log with at most so many lines of information and warning a minute; errors always pass. */
export function boundedLog(log: Log, now: () => number = () => performance.now()): Log {
  let since = now();
  let lines = 0;
  const admits = () => {
    if (now() - since >= MINUTE_MS) {
      if (lines > PER_MINUTE) log.warn({ lines: lines - PER_MINUTE }, 'lines about DICOM connections were left out');
      since = now();
      lines = 0;
    }
    return ++lines <= PER_MINUTE;
  };
  const bounded: Bounded = {
    info: (...line: Parameters<Log['info']>) => admits() && log.info(...line),
    warn: (...line: Parameters<Log['warn']>) => admits() && log.warn(...line),
  };
  return {
    debug: log.debug.bind(log),
    error: log.error.bind(log),
    fatal: log.fatal.bind(log),
    child: (bindings) => boundedLog(log.child(bindings), now),
    ...bounded,
  };
}

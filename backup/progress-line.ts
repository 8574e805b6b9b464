/** One line on a terminal that says how far a long work is: amount, rate, time left. Silent where there is no terminal. */

export interface ProgressLine {
  show(bytesDone: number, bytesTotal: number): void;
  /** Takes the line away. */
  end(): void;
}

const REDRAW_MS = 250;
/** Over this time the rate is averaged, so that it neither jumps nor lags. */
const WINDOW_MS = 10_000;

/** @param title what is being done, for people */
export function progressLine(title: string, out: NodeJS.WriteStream = process.stderr): ProgressLine {
  const seen: { at: number; bytes: number }[] = [];
  let drawn = 0;
  return {
    show(bytesDone, bytesTotal) {
      const now = performance.now();
      if (!out.isTTY || now - drawn < REDRAW_MS) return;
      drawn = now;
      seen.push({ at: now, bytes: bytesDone });
      while (seen.length > 2 && now - (seen[0]?.at ?? now) > WINDOW_MS) seen.shift();
      const first = seen[0] ?? { at: now, bytes: bytesDone };
      const rate = now > first.at ? ((bytesDone - first.bytes) / (now - first.at)) * 1000 : 0;
      out.write(`\r\u001b[K${title} ${describeProgress(bytesDone, bytesTotal, rate)}`);
    },
    end() {
      if (out.isTTY) out.write('\r\u001b[K');
    },
  };
}

/** `42 %  1.2 / 2.9 GB  85 MB/s  남은 시간 0:20`. */
export function describeProgress(bytesDone: number, bytesTotal: number, bytesPerSecond: number): string {
  const share = bytesTotal > 0 ? Math.min(100, Math.floor((bytesDone / bytesTotal) * 100)) : 0;
  const amount = `${share} %  ${gigabytes(bytesDone)} / ${gigabytes(bytesTotal)} GB`;
  if (bytesPerSecond <= 0) return amount;
  const left = clock((bytesTotal - bytesDone) / bytesPerSecond);
  return `${amount}  ${(bytesPerSecond / 1e6).toFixed(0)} MB/s  남은 시간 ${left} left`;
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(2);
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** What was measured, in all rounds. */
import { cpuMs } from './server-cost.ts';
import type { Target } from './target.ts';

/** Of one target and one thing, by rounds. */
export interface Measure {
  /** Images or requests per second of wall time. */
  perSecond: number[];
  /** Median wall time of one, ms; empty where only the sum was taken. */
  latencyMs: number[];
  /** Processor time of the server for one, ms. */
  cpuMs: number[];
}

export class Measures {
  readonly #all = new Map<string, Map<string, Measure>>();

  /** Runs `work`, which does `count` things and may return the ms of each, and writes down what they took. */
  async take(what: string, target: Target, count: number, work: () => Promise<unknown>): Promise<void> {
    const cpu = cpuMs(target.pid);
    const start = performance.now();
    const latencies = await work();
    const ms = performance.now() - start;
    const measure = this.of(what, target.name);
    measure.perSecond.push((count / ms) * 1000);
    measure.cpuMs.push((cpuMs(target.pid) - cpu) / count);
    if (Array.isArray(latencies)) measure.latencyMs.push(median(latencies));
  }

  of(what: string, target: string): Measure {
    const targets = this.#all.get(what) ?? new Map<string, Measure>();
    this.#all.set(what, targets);
    const measure = targets.get(target) ?? { perSecond: [], latencyMs: [], cpuMs: [] };
    targets.set(target, measure);
    return measure;
  }

  has(what: string, target: string): boolean {
    return this.#all.get(what)?.has(target) ?? false;
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

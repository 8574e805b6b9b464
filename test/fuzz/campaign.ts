/** Runs the cases of a section in batches, several at a time, and looks after each batch what has become of the appliance. */
import { Findings } from './findings.ts';
import { type Baseline, baselineOf, checkHealth, checkLeftovers } from './health.ts';
import type { Options, Section } from './options.ts';
import { Victim } from './victim.ts';

const BATCH = 250;
const AT_ONCE = 8;
const COUNTS: Record<Section, number> = {
  streams: 10_000,
  'data-sets': 5000,
  identifiers: 5000,
  web: 5000,
  tls: 5000,
  costly: 0,
};

export class Campaign {
  readonly findings: Findings;
  readonly #options: Options;
  readonly #folder: string;
  readonly #end: number;
  #victim: Victim;
  #lives = 0;

  private constructor(options: Options, folder: string, keep: string, victim: Victim) {
    this.#options = options;
    this.#folder = folder;
    this.#victim = victim;
    this.findings = new Findings(keep);
    this.#end = performance.now() + options.seconds * 1000;
  }

  /** @param keep folder for the bytes of findings, which stay when everything else is removed */
  static async start(options: Options, folder: string, keep: string): Promise<Campaign> {
    return new Campaign(options, folder, keep, await Victim.start(`${folder}/0`));
  }

  get seed(): number {
    return this.#options.seed;
  }

  get victim(): Victim {
    return this.#victim;
  }

  get timeIsUp(): boolean {
    return performance.now() > this.#end;
  }

  found(section: Section, n: number, what: string, sent?: { kind: 'pdus' | 'dcm'; bytes: Buffer }): void {
    const where = `${section} ${n} (--seed ${this.seed} --section ${section}:${n})`;
    this.findings.add(where, what, sent && { name: `${section}-${this.seed}-${n}.${sent.kind}`, bytes: sent.bytes });
  }

  /** A whole request without an answer; the bytes go into the corpus. */
  unanswered(section: Section, n: number, what: string, pieces: readonly Buffer[]): void {
    this.findings.addUnanswered();
    this.found(section, n, what, { kind: 'pdus', bytes: Buffer.concat(pieces) });
  }

  report(line: string): void {
    console.log(`  ${line}`);
  }

  /** Runs every case; one that throws is a finding of its own. */
  run(section: Section, runCase: (n: number) => Promise<void>): Promise<void> {
    return this.#run(section, this.#options.count ?? COUNTS[section], AT_ONCE, runCase);
  }

  /** The same for cases written by hand, one at a time: what they cost shall be seen. */
  runAlone(section: Section, count: number, runCase: (n: number) => Promise<void>): Promise<void> {
    return this.#run(section, count, 1, runCase);
  }

  async #run(section: Section, count: number, atOnce: number, runCase: (n: number) => Promise<void>): Promise<void> {
    const { from, to } = this.#options.cases ?? { from: 0, to: count - 1 };
    const start = performance.now();
    let baseline = await baselineOf(this.#victim);
    let done = 0;
    for (let first = from; first <= to && !this.timeIsUp; first += BATCH) {
      const last = Math.min(to, first + BATCH - 1);
      await this.#batch(section, first, last, atOnce, runCase);
      done += last - first + 1;
      const where = `${section} ${first}-${last} (--seed ${this.seed} --section ${section}:${first}-${last})`;
      await checkHealth(this.#victim, this.findings, where);
      if (await this.#restartedAfterDeath()) baseline = await baselineOf(this.#victim);
    }
    await checkLeftovers(this.#victim, baseline, this.findings, `${section} (--seed ${this.seed})`);
    this.#summary(section, done, performance.now() - start, baseline);
  }

  async #batch(
    section: Section,
    first: number,
    last: number,
    atOnce: number,
    runCase: (n: number) => Promise<void>,
  ): Promise<void> {
    let next = first;
    const worker = async () => {
      while (next <= last && this.#victim.lives) {
        const n = next++;
        await runCase(n).catch((error: unknown) => {
          if (this.#victim.lives)
            this.found(section, n, `the case failed: ${error instanceof Error ? error.stack : error}`);
        });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  async #restartedAfterDeath(): Promise<boolean> {
    if (this.#victim.lives) return false;
    this.#victim = await Victim.start(`${this.#folder}/${++this.#lives}`);
    return true;
  }

  #summary(section: Section, done: number, ms: number, baseline: Baseline): void {
    const { sockets, all } = this.#victim.descriptors();
    const now = this.#victim.wholeMemoryMb();
    const { findings, unanswered, crashes } = this.findings;
    console.log(`${section}: ${done} cases in ${(ms / 1000).toFixed(0)} s`);
    this.report(`crashes ${crashes}, unanswered ${unanswered}, findings of all kinds so far ${findings}`);
    this.report(
      `resident memory ${baseline.memoryMb.toFixed(0)} MB before, ${now.toFixed(0)} MB after ` +
        `(${signed(now - baseline.memoryMb)}, the archive alone ${this.#victim.memoryMb().toFixed(0)}), ` +
        `at most ${this.#victim.mostMemoryMb.toFixed(0)} with render processes, ` +
        `${this.#victim.memoryMb('peak').toFixed(0)} without`,
    );
    this.report(`sockets ${baseline.sockets} before, ${sockets} after; other descriptors ${baseline.all} and ${all}`);
    const blocked = this.#victim.blocked().slice(baseline.blocks);
    this.report(
      `event loop busy over 50 ms at a stretch: ${blocked.length} times, longest ${Math.max(0, ...blocked)} ms`,
    );
  }
}

function signed(number: number): string {
  return `${number < 0 ? '' : '+'}${number.toFixed(0)}`;
}

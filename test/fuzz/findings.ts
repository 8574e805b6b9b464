/** What the fuzzer found, each thing once, with how to see it again. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Victim } from './victim.ts';

/** The bytes that were sent, and the name of their file in the corpus. */
export interface Evidence {
  name: string;
  bytes: Buffer;
}

export class Findings {
  readonly #folder: string;
  #findings = 0;
  #unanswered = 0;
  #crashes = 0;
  #defectsSeen = 0;

  /** @param folder the corpus: `npm test` sends again what lies there */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get findings(): number {
    return this.#findings;
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  get crashes(): number {
    return this.#crashes;
  }

  add(where: string, what: string, evidence?: Evidence): void {
    this.#findings++;
    console.log(`FINDING ${where}: ${what}`);
    if (evidence === undefined) return;
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, evidence.name), evidence.bytes);
  }

  addUnanswered(): void {
    this.#unanswered++;
  }

  addCrash(where: string, output: string): void {
    this.#crashes++;
    this.add(where, `the process has ended:\n${output}`);
  }

  /** Lines of the log since the last call. */
  newDefects(victim: Victim): string[] {
    const lines = victim.defects();
    const fresh = lines.slice(this.#defectsSeen);
    this.#defectsSeen = lines.length;
    return fresh;
  }
}

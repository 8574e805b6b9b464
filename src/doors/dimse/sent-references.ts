/** What a receiver has taken, handed on in lots: a transfer of any length keeps one lot in memory. */
import type { InstanceReference } from '../../dicom/storage-commitment.ts';

/** As many as one storage commitment transaction of ours asks about. */
const PER_LOT = 1000;

export class SentReferences {
  readonly #handOn: (references: readonly InstanceReference[]) => void;
  #lot: InstanceReference[] = [];

  constructor(handOn: (references: readonly InstanceReference[]) => void) {
    this.#handOn = handOn;
  }

  add({ sopClassUid, sopInstanceUid }: InstanceReference): void {
    this.#lot.push({ sopClassUid, sopInstanceUid });
    if (this.#lot.length >= PER_LOT) this.flush();
  }

  /** Hands on what is left, if anything is. */
  flush(): void {
    const lot = this.#lot;
    this.#lot = [];
    if (lot.length > 0) this.#handOn(lot);
  }
}

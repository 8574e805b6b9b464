/**
 * The file of the instance that is sent next is read while the peer looks at the one before: between its response and
 * the next C-STORE request nothing waits for the disk or for another thread.
 */
import type { Retriever, StoredInstance } from '../../archive/retrieve.ts';

type Reading = ReturnType<Retriever['begin']>;
type Sink = Parameters<Retriever['read']>[3];

/** A Retriever for whoever sends what `of` gives, one instance after the other. */
export class ReadAhead {
  readonly #retriever: Pick<Retriever, 'read' | 'begin'>;
  readonly #wanted: (instance: StoredInstance) => boolean;
  /** Whose turn is next, as soon as that is known. */
  #next: StoredInstance | undefined;
  #begun: { readonly instance: StoredInstance; readonly reading: Reading } | undefined;
  #sending = false;

  /** @param wanted the stored bytes will be sent, as far as is known */
  constructor(retriever: Pick<Retriever, 'read' | 'begin'>, wanted: (instance: StoredInstance) => boolean) {
    this.#retriever = retriever;
    this.#wanted = wanted;
  }

  /** The same instances in the same order; throws what their source throws when it is that instance's turn. */
  async *of(instances: AsyncIterable<StoredInstance>): AsyncGenerator<StoredInstance> {
    const source = instances[Symbol.asyncIterator]();
    let coming = source.next();
    try {
      for (let { value, done } = await coming; done !== true; { value, done } = await coming) {
        coming = source.next();
        coming.then((after) => this.#comes(after.done === true ? undefined : after.value), toldInItsTurn);
        yield value;
        await this.#drop((begun) => begun === value);
      }
    } finally {
      await coming.catch(toldInItsTurn);
      await source.return?.();
      await this.#drop(() => true);
    }
  }

  /** Hands bytes [start, end) of the data set to the sink. @throws ArchiveError STORAGE_READ_FAILED */
  async read(instance: StoredInstance, start: number, end: number, sink: Sink): Promise<void> {
    const begun = this.#begun;
    const whole = start === 0 && end === instance.dataSetLength;
    this.#sending = true;
    if (this.#next === instance) this.#next = undefined;
    try {
      if (begun?.instance !== instance || !whole) return await this.#retriever.read(instance, start, end, sink);
      this.#begun = undefined;
      await begun.reading.to(sink);
    } finally {
      this.#sending = false;
      this.#begin();
    }
  }

  #comes(instance: StoredInstance | undefined): void {
    this.#next = instance;
    this.#begin();
  }

  /** Not while bytes go out: this processor and the receiver's have enough to do with them. */
  #begin(): void {
    const instance = this.#next;
    if (instance === undefined || this.#sending || this.#begun !== undefined) return;
    this.#next = undefined;
    if (instance.dataSetLength === 0 || !this.#wanted(instance)) return;
    this.#begun = { instance, reading: this.#retriever.begin(instance, 0, instance.dataSetLength) };
  }

  /** It was not sent, or not as it is stored. */
  async #drop(which: (instance: StoredInstance) => boolean): Promise<void> {
    const begun = this.#begun;
    if (begun === undefined || !which(begun.instance)) return;
    this.#begun = undefined;
    await begun.reading.drop();
  }
}

function toldInItsTurn(): void {}

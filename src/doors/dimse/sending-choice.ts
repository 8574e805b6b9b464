/** What is sent of a stored instance, and on which presentation context: its bytes as they are, otherwise transcoded. */
import type { Retriever, StoredInstance } from '../../archive/retrieve.ts';
import { EXPLICIT_LE, IMPLICIT_LE } from '../../dicom/transfer-syntaxes.ts';
import type { Transcode, TranscodedDataSet } from './transcode.ts';

/** An accepted presentation context on which the peer takes C-STORE requests. */
export interface SendingContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
}

/** What is sent: stored bytes, or what was made of them. */
export type DataSetBytes = Pick<TranscodedDataSet, 'length' | 'read'>;

export interface Sending {
  readonly contextId: number;
  readonly bytes: DataSetBytes;
}

/** Why an instance cannot be sent on an association. */
export type Unsendable = { readonly unsendable: 'sop-class-refused' | 'transfer-syntax-refused' };

export interface SendingSources {
  readonly retriever: Pick<Retriever, 'read'>;
  /** Absent: only stored transfer syntaxes are sent. */
  readonly transcode?: Transcode | undefined;
}

/** What every receiver shows, first. */
const EASY: readonly string[] = [EXPLICIT_LE, IMPLICIT_LE];

export class SendingChoice {
  readonly #contexts = new Map<string, Map<string, number>>();
  readonly #sources: SendingSources;

  /** @param contexts the first context of a SOP class and transfer syntax counts */
  constructor(contexts: Iterable<SendingContext>, sources: SendingSources) {
    this.#sources = sources;
    for (const { id, abstractSyntax, transferSyntax } of contexts) {
      const ofClass = this.#contexts.get(abstractSyntax) ?? new Map<string, number>();
      if (!ofClass.has(transferSyntax)) ofClass.set(transferSyntax, id);
      this.#contexts.set(abstractSyntax, ofClass);
    }
  }

  /** It goes out as it is stored. */
  takesStored({ sopClassUid, transferSyntaxUid }: StoredInstance): boolean {
    return this.#contexts.get(sopClassUid)?.has(transferSyntaxUid) === true;
  }

  async of(instance: StoredInstance): Promise<Sending | Unsendable> {
    const ofClass = this.#contexts.get(instance.sopClassUid);
    if (ofClass === undefined) return { unsendable: 'sop-class-refused' };
    const contextId = ofClass.get(instance.transferSyntaxUid);
    if (contextId !== undefined) return { contextId, bytes: this.#stored(instance) };
    return (await this.#transcoded(instance, ofClass)) ?? { unsendable: 'transfer-syntax-refused' };
  }

  #stored(instance: StoredInstance): DataSetBytes {
    const length = instance.dataSetLength;
    return { length, read: (sink) => this.#sources.retriever.read(instance, 0, length, sink) };
  }

  async #transcoded(instance: StoredInstance, ofClass: ReadonlyMap<string, number>): Promise<Sending | undefined> {
    const { transcode } = this.#sources;
    if (transcode === undefined) return undefined;
    const syntaxes = [
      ...EASY.filter((uid) => ofClass.has(uid)),
      ...[...ofClass.keys()].filter((uid) => !EASY.includes(uid)),
    ];
    for (const syntax of syntaxes) {
      const bytes = await transcode(instance, syntax);
      if (bytes !== null) return { contextId: ofClass.get(syntax) as number, bytes };
    }
    return undefined;
  }
}

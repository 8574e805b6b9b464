/** One part of a STOW-RS request on its way into the archive, byte by byte as it arrives. */
import type { Archive } from '../../archive/archive.ts';
import type { Origin, Reception, StoredOutcome } from '../../archive/receive.ts';
import { DataSetError, text } from '../../dicom/data-set.ts';
import { inflateHead } from '../../dicom/inflate.ts';
import { guessTransferSyntax, type Part10Head, readPart10Head } from '../../dicom/part10.ts';
import { readDataSet } from '../../dicom/read-data-set.ts';
import { EXPLICIT_LE, transferSyntax } from '../../dicom/transfer-syntaxes.ts';
import type { ErrorCode } from '../../error-table.ts';

/** Enough for the meta group and the identifiers of nearly every file. */
const HEAD_BYTES = 65_536;
const STUDY_INSTANCE_UID = 0x0020000d;

export interface FailedPart {
  readonly kind: 'failed';
  readonly code: ErrorCode;
  readonly detail: string;
  /** '' when the part does not say. */
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** Kept all the same: the study was found to be another one only when it was stored. */
  readonly stored?: StoredOutcome;
}

export type PartOutcome = StoredOutcome | FailedPart;

export class StowPart {
  readonly #archive: Pick<Archive, 'receive'>;
  readonly #origin: Origin;
  readonly #study: string | undefined;
  #head: Buffer[] = [];
  #headLength = 0;
  #reception: Reception | undefined;
  #failure: FailedPart | undefined;
  #names = { sopClassUid: '', sopInstanceUid: '' };

  /** `study` is the only study that the request may store into. */
  constructor(archive: Pick<Archive, 'receive'>, origin: Origin, study: string | undefined) {
    this.#archive = archive;
    this.#origin = origin;
    this.#study = study;
  }

  /** Takes bytes; resolves when more may come. */
  async write(chunk: Buffer): Promise<void> {
    if (this.#failure) return;
    if (!this.#reception) {
      this.#head.push(chunk);
      this.#headLength += chunk.length;
      if (this.#headLength < HEAD_BYTES) return;
      this.#begin();
    } else this.#reception.write(chunk);
    if (this.#reception?.congested) await this.#reception.drained();
  }

  /** The part is complete. Never rejects. */
  async end(): Promise<PartOutcome> {
    if (!this.#reception && !this.#failure) this.#begin();
    if (this.#failure) return this.#failure;
    const outcome = await (this.#reception as Reception).end();
    if (outcome.kind === 'failed') return { ...outcome, ...this.#names };
    if (this.#study === undefined || outcome.studyInstanceUid === this.#study) return outcome;
    return { ...this.#refusal(otherStudy(outcome.studyInstanceUid)), stored: outcome };
  }

  /** The request broke off: nothing is kept. */
  async abort(): Promise<void> {
    await this.#reception?.abort();
  }

  #begin(): void {
    const head = Buffer.concat(this.#head);
    this.#head = [];
    const meta = readPart10Head(head) ?? bareDataSet(head);
    const dataSet = meta && identifiers(head.subarray(meta.dataSetOffset), meta.transferSyntaxUid);
    if (!meta || meta.dataSetOffset >= head.length) {
      this.#failure = this.#refusal({ code: 'DATA_SET_UNREADABLE', detail: 'no DICOM file' });
      return;
    }
    this.#names = {
      sopClassUid: meta.sopClassUid || (dataSet?.sopClassUid ?? ''),
      sopInstanceUid: meta.sopInstanceUid || (dataSet?.sopInstanceUid ?? ''),
    };
    const study = dataSet?.studyInstanceUid ?? '';
    if (this.#study !== undefined && study !== '' && study !== this.#study) {
      this.#failure = this.#refusal(otherStudy(study));
      return;
    }
    const { transferSyntaxUid } = meta;
    this.#reception = this.#archive.receive.begin({ origin: this.#origin, transferSyntaxUid, ...this.#names });
    this.#reception.write(head.subarray(meta.dataSetOffset));
  }

  #refusal(reason: { code: ErrorCode; detail: string }): FailedPart {
    return { kind: 'failed', ...reason, ...this.#names };
  }
}

function otherStudy(studyInstanceUid: string): { code: ErrorCode; detail: string } {
  return { code: 'SOP_CLASS_MISMATCH', detail: `belongs to study ${studyInstanceUid.slice(0, 64)}` };
}

function bareDataSet(head: Buffer): Part10Head | undefined {
  const transferSyntaxUid = guessTransferSyntax(head);
  if (transferSyntaxUid === undefined) return undefined;
  return { dataSetOffset: 0, transferSyntaxUid, sopClassUid: '', sopInstanceUid: '' };
}

/** What the head of the data set says about itself; undefined when it cannot be read. */
function identifiers(head: Buffer, uid: string) {
  const deflated = transferSyntax(uid)?.deflated === true;
  try {
    const source = deflated ? inflateHead(head, HEAD_BYTES) : head;
    const options = { headOnly: true, stopBefore: STUDY_INSTANCE_UID + 1 };
    const dataSet = readDataSet(source, deflated ? EXPLICIT_LE : uid, options);
    return {
      sopClassUid: text(dataSet, 0x00080016),
      sopInstanceUid: text(dataSet, 0x00080018),
      studyInstanceUid: text(dataSet, STUDY_INSTANCE_UID),
    };
  } catch (error) {
    if (error instanceof DataSetError) return undefined;
    throw error;
  }
}

/**
 * The one way in: every SOP Instance, whichever door it came through, becomes a durable file and a committed row here.
 * When `end()` resolves with a stored kind, the file is on stable storage, its row is committed, and its batch is marked
 * until the row is on stable storage too: a power cut before that has the next start make the row again. Only then may
 * the door answer Success.
 */
import type { Database } from '../db/database.ts';
import { isStorableUid } from '../dicom/uid.ts';
import type { ErrorCode } from '../error-table.ts';
import { ArchiveError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ImageStore } from '../storage/image-store.ts';
import type { IncomingImage, SealedFile } from '../storage/incoming-image.ts';
import type { FileIdentity, Provenance } from '../storage/provenance.ts';
import { describeInstance, type InstanceDescription } from './describe-instance.ts';
import { quarantine } from './quarantine.ts';
import type { ReceiveSequence } from './receive-sequence.ts';

export interface Origin {
  callingAe: string;
  peerAddress: string;
  /** `AE@address` of an approved device, `user:NAME` of a web user, null when unapproved. */
  device: string | null;
  via: Provenance['via'];
}

export interface ReceiveRequest {
  origin: Origin;
  /** As announced by the sender; the data set's own UIDs decide how the image is filed. */
  sopClassUid: string;
  sopInstanceUid: string;
  transferSyntaxUid: string;
}

export interface StoredOutcome {
  kind: 'stored' | 'already-stored' | 'new-version' | 'needs-attention';
  fileId: string;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  sopClassUid: string;
  patientId: string;
}

export type StoreOutcome = StoredOutcome | { kind: 'failed'; code: ErrorCode; detail: string };

export interface ReceiverParts {
  store: ImageStore;
  database: Database;
  sequence: ReceiveSequence;
  log: Log;
  /** Why nothing can be stored now, if so. */
  refusal(origin: Origin): { code: ErrorCode; detail: string } | undefined;
  /** Called after every committed row. */
  onStored(outcome: StoredOutcome, origin: Origin, bytes: number): void;
}

export class Receiver {
  readonly #parts: ReceiverParts;
  #lastBytesAt = Number.NEGATIVE_INFINITY;

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
  }

  /** ms since bytes of an image came in last, for those who should keep out of the way meanwhile. */
  quietMs(): number {
    return performance.now() - this.#lastBytesAt;
  }

  /** Starts one instance. Never throws: a refusal is the outcome of `end()`. */
  begin(request: ReceiveRequest): Reception {
    return new Reception(this.#parts, request, () => {
      this.#lastBytesAt = performance.now();
    });
  }
}

/** How much of the file is read when the first 64 KiB do not hold all keys (long sequences before them). */
const LONGER_HEADS = [1 << 20, 16 << 20];

export class Reception {
  readonly #parts: ReceiverParts;
  readonly #request: ReceiveRequest;
  readonly #provenance: Provenance;
  readonly #refusal: { code: ErrorCode; detail: string } | undefined;
  readonly #image: IncomingImage | undefined;
  readonly #onBytes: () => void;

  constructor(parts: ReceiverParts, request: ReceiveRequest, onBytes: () => void) {
    this.#parts = parts;
    this.#onBytes = onBytes;
    this.#request = request;
    this.#refusal = parts.refusal(request.origin) ?? refusalOfSyntax(request.transferSyntaxUid);
    this.#provenance = {
      receivedAt: new Date().toISOString(),
      receiveSequence: parts.sequence.next(),
      ...request.origin,
    };
    if (!this.#refusal) this.#image = parts.store.newImage(identityOf(request), this.#provenance);
  }

  /** Takes a piece of the data set by copying it: the caller may use the buffer again. */
  write(chunk: Buffer): void {
    this.#onBytes();
    this.#image?.write(chunk);
  }

  /** More is in memory than on its way to the disk should be: pause the sender until `drained()`. */
  get congested(): boolean {
    return this.#image?.congested ?? false;
  }

  drained(): Promise<void> {
    return this.#image?.drained() ?? Promise.resolve();
  }

  /** The data set is complete. Never rejects: what went wrong is the outcome. */
  async end(): Promise<StoreOutcome> {
    if (this.#refusal) return { kind: 'failed', ...this.#refusal };
    try {
      return await this.#file(this.#image as IncomingImage);
    } catch (error) {
      const failure = asStoreFailure(error);
      this.#parts.log.error({ code: failure.code, error: describeCause(error) }, 'an image was not stored');
      return { kind: 'failed', code: failure.code, detail: failure.detail };
    }
  }

  /** The sender is gone: nothing is kept. */
  async abort(): Promise<void> {
    await this.#image?.discard();
  }

  async #file(image: IncomingImage): Promise<StoreOutcome> {
    const sealing = image.seal();
    // The keys are read while the disk flushes. The head is short: nobody has its memory before it is read.
    const [described, sealed] = await Promise.all([
      this.#describe(image.head(), image.length <= image.head().length),
      sealing,
    ]);
    const description = described ?? (await this.#describeFromFile(sealed));
    if (description instanceof ArchiveError) return this.#quarantine(image, sealed, description);
    return this.#register(image, sealed, description);
  }

  async #describe(head: Buffer, whole: boolean): Promise<InstanceDescription | ArchiveError | undefined> {
    try {
      return await describeInstance(head, this.#request.transferSyntaxUid, whole);
    } catch (error) {
      return error instanceof ArchiveError ? error : new ArchiveError('DATA_SET_UNREADABLE', '', { cause: error });
    }
  }

  async #describeFromFile(sealed: SealedFile): Promise<InstanceDescription | ArchiveError> {
    for (const size of LONGER_HEADS) {
      const head = Buffer.allocUnsafe(Math.min(size, sealed.dataSetLength));
      let read = 0;
      await this.#parts.store.readRange(sealed, 0, head.length, (piece) => {
        read += piece.copy(head, read);
      });
      const described = await this.#describe(head.subarray(0, read), head.length === sealed.dataSetLength);
      if (described) return described;
    }
    return new ArchiveError('DATA_SET_UNREADABLE', 'the header is longer than 16 MB');
  }

  async #quarantine(image: IncomingImage, sealed: SealedFile, reason: ArchiveError): Promise<StoreOutcome> {
    const { store, database } = this.#parts;
    await quarantine(store.dataDir, database, sealed, this.#request.transferSyntaxUid, this.#provenance, reason);
    await image.settle();
    this.#parts.log.warn(
      { code: reason.code, detail: reason.detail, callingAe: this.#provenance.callingAe },
      'quarantined',
    );
    return { kind: 'failed', code: reason.code, detail: reason.detail };
  }

  async #register(image: IncomingImage, sealed: SealedFile, description: InstanceDescription): Promise<StoreOutcome> {
    const { transferSyntaxUid } = this.#request;
    // When the commit fails, the file stays and its batch stays open: the next start finds and files it.
    const registration = await this.#parts.database.write('registerInstance', {
      ...sealed,
      ...description,
      ...this.#provenance,
      transferSyntaxUid,
    });
    if (registration.kind === 'already-stored') await image.remove();
    else await image.settle();
    const outcome = storedOutcome(registration.kind, registration.fileId, description);
    this.#parts.onStored(outcome, this.#request.origin, sealed.dataSetLength);
    return outcome;
  }
}

/** A transfer syntax that is no UID could not be written down, and without it the bytes mean nothing. */
function refusalOfSyntax(uid: string): { code: ErrorCode; detail: string } | undefined {
  return isStorableUid(uid) ? undefined : { code: 'IDENTIFIERS_INVALID', detail: 'Transfer Syntax UID' };
}

/** What the sender announced, for the file's meta group; anything but a UID is left out of it. */
function identityOf({ sopClassUid, sopInstanceUid, transferSyntaxUid }: ReceiveRequest): FileIdentity {
  const uid = (text: string) => (isStorableUid(text) ? text : '');
  return { sopClassUid: uid(sopClassUid), sopInstanceUid: uid(sopInstanceUid), transferSyntaxUid };
}

function storedOutcome(
  kind: StoredOutcome['kind'],
  fileId: string,
  { attributes }: InstanceDescription,
): StoredOutcome {
  return {
    kind,
    fileId,
    studyInstanceUid: attributes.study_instance_uid ?? '',
    seriesInstanceUid: attributes.series_instance_uid ?? '',
    sopInstanceUid: attributes.sop_instance_uid ?? '',
    sopClassUid: attributes.sop_class_uid ?? '',
    patientId: attributes.patient_id ?? '',
  };
}

/** A file system's error as a failure of the table. */
export function asStoreFailure(error: unknown): ArchiveError {
  if (error instanceof ArchiveError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new ArchiveError('STORAGE_FULL', code, { cause: error });
  if (code !== undefined) return new ArchiveError('STORAGE_WRITE_FAILED', code, { cause: error });
  return new ArchiveError('INTERNAL', '', { cause: error });
}

function describeCause(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Failures. Three things are kept apart. An *outcome* is expected and is a value (for example `StoreOutcome`). A *failure*
 * is an `ArchiveError` with a code from the table: thrown, passed up, answered once at the door. Anything else that is
 * thrown is a *bug*: the door answers 0110H / 500 and logs the stack, and the listener lives on.
 */
import { ERRORS, type ErrorCode, type ErrorEntry } from './error-table.ts';

/** A failure with a code of the table; `detail` is for staff and support and never carries patient data. */
export class ArchiveError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;

  constructor(code: ErrorCode, detail = '', options?: { cause?: unknown }) {
    super(detail === '' ? ERRORS[code].en : `${ERRORS[code].en} ${detail}`, options);
    this.name = 'ArchiveError';
    this.code = code;
    this.detail = detail;
  }

  get entry(): ErrorEntry {
    return ERRORS[this.code];
  }
}

/** The failure behind anything thrown: a bug becomes INTERNAL with the thrown thing as its cause. */
export function asArchiveError(thrown: unknown): ArchiveError {
  return thrown instanceof ArchiveError ? thrown : new ArchiveError('INTERNAL', '', { cause: thrown });
}

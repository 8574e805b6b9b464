/** A peer broke the Upper Layer protocol: what is answered by an A-ABORT (PS3.8 table 9-26). */

export const ABORT_REASON = {
  notSpecified: 0,
  unrecognizedPdu: 1,
  unexpectedPdu: 2,
  unrecognizedParameter: 4,
  unexpectedParameter: 5,
  invalidParameter: 6,
} as const;

export type AbortReason = (typeof ABORT_REASON)[keyof typeof ABORT_REASON];

/** Thrown by the readers; the association answers with A-ABORT and ends. `message` is for the log: no patient data. */
export class ProtocolViolation extends Error {
  readonly reason: AbortReason;

  constructor(reason: AbortReason, message: string) {
    super(message);
    this.name = 'ProtocolViolation';
    this.reason = reason;
  }
}

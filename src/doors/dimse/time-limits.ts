/** How long a peer may keep us waiting. Milliseconds, measured on the monotonic clock. */

export interface TimeLimits {
  /** From the connection to the last byte of the association request (ARTIM, PS3.8 section 9.1.5). */
  readonly artimMs: number;
  /** Without a finished message or a good number of bytes on an association. */
  readonly idleMs: number;
  /** From the last byte of a data set to its answer: only a disk that hangs takes so long. */
  readonly answerMs: number;
  /** Without taking what we send. */
  readonly writeStallMs: number;
  /** For the peer to close after our last PDU. */
  readonly lingerMs: number;
  /** For stores under way when the listener closes. */
  readonly closeMs: number;
}

/** The limits of a configuration, whose figures are in seconds. */
export function timeLimits(dicom: { artimSeconds: number; idleSeconds: number; answerSeconds: number }): TimeLimits {
  const idleMs = dicom.idleSeconds * 1000;
  return {
    artimMs: dicom.artimSeconds * 1000,
    idleMs,
    answerMs: dicom.answerSeconds * 1000,
    writeStallMs: Math.min(60_000, idleMs),
    lingerMs: 2000,
    closeMs: 5000,
  };
}

/** A server under test. */
export interface Target {
  readonly name: string;
  readonly aeTitle: string;
  readonly dicomPort: number;
  /** Root of DICOMweb; undefined where there is none. */
  readonly dicomWeb?: string;
  /** Value of the Authorization header. */
  readonly authorization?: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** The calling AE title of everything that the bench sends. */
export const CALLING_AE = 'BENCH';

/** Where retrieved images are sent to by C-MOVE. */
export const STORESCP = { aeTitle: 'STORESCP', port: 4244 };

/** Rounds alternate in order, AB BA AB: what changes on the machine meanwhile hits all alike. */
export function inOrder(targets: readonly Target[], round: number): readonly Target[] {
  return round % 2 === 0 ? targets : targets.toReversed();
}

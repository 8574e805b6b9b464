/** One thing that staff has to hear of. */
export interface Condition {
  /** The same condition has the same key from day to day. */
  key: string;
  ko: string;
  en: string;
}

/** A failure that the person in front of the machine can do something about: one sentence in Korean, one in English. */
export class SetupError extends Error {
  /**
   * @param {string} korean what happened and what to do
   * @param {string} english the same
   * @param {string} [detail] the tool's own words, shown below
   */
  constructor(korean, english, detail = '') {
    super(`${korean}\n${english}`);
    this.detail = detail.trim();
  }
}

/** Prints a failure the way all set-up programs do: our sentence for a SetupError, the stack for a bug. */
export function reportFailure(error) {
  if (!(error instanceof SetupError)) return console.error(error);
  console.error(`\n✗ ${error.message.replace('\n', '\n  ')}`);
  if (error.detail !== '') console.error(`\n${error.detail.split('\n').slice(0, 25).join('\n')}`);
}

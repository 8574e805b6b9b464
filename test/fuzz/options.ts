/** What `npm run fuzz` is asked to do. */
export const SECTIONS = ['streams', 'data-sets', 'identifiers', 'web', 'tls', 'costly'] as const;

export type Section = (typeof SECTIONS)[number];

export interface Options {
  seed: number;
  sections: readonly Section[];
  /** Only these cases of the one section. */
  cases: { from: number; to: number } | undefined;
  /** How many cases each section has; undefined = its own number. */
  count: number | undefined;
  /** No new batch is begun after that many seconds altogether. */
  seconds: number;
}

const USAGE = `npm run fuzz -- [--seed N] [--count N] [--seconds N] [--section ${SECTIONS.join('|')}[:CASE[-CASE]]]`;

/** @throws Error with the usage for anything unknown */
export function parseOptions(args: readonly string[]): Options {
  const options: Options = {
    seed: Math.floor(Math.random() * 2 ** 32),
    sections: SECTIONS,
    cases: undefined,
    count: undefined,
    seconds: 3600,
  };
  for (let n = 0; n < args.length; n += 2) setOption(options, args[n], args[n + 1]);
  return options;
}

function setOption(options: Options, name = '', value = ''): void {
  if (name === '--seed') options.seed = numberOf(value);
  else if (name === '--count') options.count = numberOf(value);
  else if (name === '--seconds') options.seconds = numberOf(value);
  else if (name === '--section') setSection(options, value);
  else throw new Error(USAGE);
}

function setSection(options: Options, value: string): void {
  const match = /^([a-z-]+)(?::(\d+)(?:-(\d+))?)?$/.exec(value);
  const section = SECTIONS.find((known) => known === match?.[1]);
  if (section === undefined) throw new Error(USAGE);
  options.sections = [section];
  if (match?.[2] !== undefined) options.cases = { from: Number(match[2]), to: Number(match[3] ?? match[2]) };
}

function numberOf(text: string): number {
  const number = Number(text);
  if (text === '' || !Number.isInteger(number) || number < 0 || number >= 2 ** 32) throw new Error(USAGE);
  return number;
}

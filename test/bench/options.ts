/** What `npm run bench` is asked to do. */
export type Section = 'store' | 'query' | 'retrieve' | 'view';

export interface Options {
  sections: ReadonlySet<Section>;
  /** Each round measures every target once, in alternating order. */
  rounds: number;
  /** Fewer images: the order of magnitude within two minutes. */
  quick: boolean;
  /** The index of a million instances instead of everything else. */
  scale: boolean;
}

const SECTIONS: readonly Section[] = ['store', 'query', 'retrieve', 'view'];

export const USAGE = `npm run bench -- [--quick] [--only store|query|retrieve|view] [--rounds N]\nnpm run bench -- --scale`;

/** @throws Error with the usage for anything unknown */
export function parseOptions(args: readonly string[]): Options {
  let rounds: number | undefined;
  let sections: readonly Section[] = SECTIONS;
  let quick = false;
  let scale = false;
  for (let n = 0; n < args.length; n++) {
    if (args[n] === '--quick') quick = true;
    else if (args[n] === '--scale') scale = true;
    else if (args[n] === '--only') sections = [sectionOf(args[++n])];
    else if (args[n] === '--rounds') rounds = roundsOf(args[++n]);
    else throw new Error(USAGE);
  }
  return { sections: new Set(sections), rounds: rounds ?? (quick ? 2 : 4), quick, scale };
}

function sectionOf(text: string | undefined): Section {
  const section = SECTIONS.find((known) => known === text);
  if (section === undefined) throw new Error(USAGE);
  return section;
}

function roundsOf(text: string | undefined): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) throw new Error(USAGE);
  return rounds;
}

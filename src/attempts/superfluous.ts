/** Which record has to go when there are too many: whoever makes the most of them loses their own oldest one. */
import type { Attempt, AttemptLimits } from './attempts.ts';

/**
 * @param records the one that came last is last
 * @param newcomer the address of the record that needs the place
 * @returns the key of the record to remove; undefined when there is room
 */
export function superfluous(
  records: ReadonlyMap<string, Attempt>,
  { total, perAddress }: AttemptLimits,
  newcomer: string,
): string | undefined {
  const own = [...records].filter(([, { facts }]) => facts.address === newcomer);
  if (own.length >= perAddress) return own[0]?.[0];
  if (records.size < total) return undefined;
  return oldestOfBusiest(crowdOf([...records]));
}

type Entry = [key: string, attempt: Attempt];

/** Connections without a DICOM request give way first, then strangers; approved devices only when nobody else is left. */
function crowdOf(all: Entry[]): Entry[] {
  const strangers = all.filter(([, { facts }]) => facts.request?.approved !== true);
  if (strangers.length === 0) return all;
  const wordless = strangers.filter(([, { facts }]) => facts.request === null);
  return wordless.length * 2 > strangers.length ? wordless : strangers;
}

function oldestOfBusiest(entries: Entry[]): string | undefined {
  const counts = new Map<string, number>();
  for (const [, { facts }] of entries) counts.set(facts.address, (counts.get(facts.address) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return entries.find(([, { facts }]) => counts.get(facts.address) === most)?.[0];
}

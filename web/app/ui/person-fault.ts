/** Shortest password that the server takes. */
export const SHORTEST_PASSWORD = 10;

export type PersonFault = 'missing' | 'short' | 'differ';

/** The first thing wrong with what was typed; the server has the last word. */
export function personFault(person: { name: string; password: string }, repeat: string): PersonFault | undefined {
  if (person.name === '') return 'missing';
  if ([...person.password].length < SHORTEST_PASSWORD) return 'short';
  return person.password === repeat ? undefined : 'differ';
}

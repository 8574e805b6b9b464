/** Programs of other makers that tests use as the other side. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of a program, or undefined (and one clear line) when it is not installed. */
export function programOnPath(name: string, maker: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) console.warn(`skipped: ${name} of ${maker} is not installed`);
  return found;
}

/** DCMTK as the other side: whether its tools are installed. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of a DCMTK tool, or undefined (and one clear line) when it is not installed. */
export function dcmtkTool(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) console.warn(`skipped: ${name} of DCMTK is not installed`);
  return found;
}

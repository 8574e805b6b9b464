/** `npm run conformance`: writes the tables of CONFORMANCE.md anew from the tables that the listener works with. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { withTables } from './conformance/document.ts';
import { runCommand } from './run-command.ts';

const DOCUMENT = join(resolve(import.meta.dirname, '..', '..'), 'CONFORMANCE.md');

await runCommand(async () => {
  await writeFile(DOCUMENT, withTables(await readFile(DOCUMENT, 'utf8')));
  return true;
});

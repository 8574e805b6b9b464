/** CONFORMANCE.md: prose written by hand, with tables between markers that are made from the code. */
import { queryKeyTable, requestKeyTable, worklistKeyTable } from './key-tables.ts';
import { fixedLimitTable, settingTable } from './limit-tables.ts';
import { requestedTable } from './requested-tables.ts';
import { extendedTable, notServedTable, serviceTable, storageTable, transferSyntaxTable } from './service-tables.ts';
import { failureTable, statusTable } from './status-tables.ts';

/** Rows of cells; the first row is the heading. */
export type Table = readonly (readonly string[])[];

const TABLES: Readonly<Record<string, () => Table>> = {
  services: serviceTable,
  extended: extendedTable,
  storage: storageTable,
  'transfer-syntaxes': transferSyntaxTable,
  'not-served': notServedTable,
  requested: requestedTable,
  'query-keys': queryKeyTable,
  'request-keys': requestKeyTable,
  'worklist-keys': worklistKeyTable,
  settings: settingTable,
  'fixed-limits': fixedLimitTable,
  statuses: statusTable,
  failures: failureTable,
};

const MARKED = /<!-- table: ([a-z-]+) -->\n[\s\S]*?<!-- end of table -->/g;

/** The document with every table made anew. Throws when a marker names no table, or a table has not one place. */
export function withTables(document: string): string {
  const places = [...document.matchAll(MARKED)].map(([, name = '']) => name);
  const wrong = Object.keys(TABLES).filter((name) => places.filter((place) => place === name).length !== 1);
  if (wrong.length > 0) throw new Error(`CONFORMANCE.md needs one place each for: ${wrong.join(', ')}`);
  return document.replace(MARKED, (_, name: string) => {
    const table = TABLES[name];
    if (table === undefined) throw new Error(`CONFORMANCE.md has a place for a table '${name}' that nothing makes`);
    return `<!-- table: ${name} -->\n${markdown(table())}<!-- end of table -->`;
  });
}

function markdown([heading = [], ...rows]: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(heading) + line(heading.map(() => '---')) + rows.map(line).join('');
}

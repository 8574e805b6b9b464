/**
 * Who may import whom, and where each library lives. The table is the rule; src/README.md explains it.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

const WORDS = ['src/dicom', 'src/error-table.ts', 'src/errors.ts', 'src/log.ts', 'src/config'];
const KEEP = ['src/storage', 'src/db'];
const DO = [
  'src/archive',
  'src/attempts',
  'src/certificates',
  'src/commitment',
  'src/rendering',
  'src/worklist',
  'src/outbound',
  'src/changes',
  'src/accounts',
  'src/audit',
];

/** Each place, and what it may import besides itself. A door never sees storage, the database or another door. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/dicom': [],
  'src/error-table.ts': [],
  'src/errors.ts': ['src/error-table.ts'],
  'src/log.ts': [],
  'src/config': ['src/dicom', 'src/error-table.ts', 'src/errors.ts', 'src/log.ts'],
  'src/storage': WORDS,
  'src/db': WORDS,
  'src/changes': [...WORDS, ...KEEP],
  'src/attempts': [...WORDS, ...KEEP],
  'src/certificates': WORDS,
  'src/audit': [...WORDS, ...KEEP],
  'src/accounts': [...WORDS, ...KEEP, 'src/audit'],
  'src/archive': [...WORDS, ...KEEP, 'src/changes', 'src/audit'],
  'src/commitment': [...WORDS, ...KEEP, 'src/archive'],
  'src/rendering': [...WORDS, ...KEEP, 'src/archive'],
  'src/worklist': [...WORDS, ...KEEP, 'src/changes', 'src/audit'],
  'src/outbound': [...WORDS, ...KEEP, 'src/changes', 'src/audit'],
  'src/doors/dimse': [...WORDS, ...DO],
  'src/doors/dicomweb': [...WORDS, ...DO],
  'src/doors/rest': [...WORDS, ...DO],
  'src/doors/http': [...WORDS, ...DO],
  'src/followers': [...WORDS, ...DO],
  backup: [...WORDS, ...KEEP, 'src/changes', 'src/audit'],
  'src/appliance.ts': ['src', 'backup'],
  'src/main.ts': ['src', 'backup'],
  'src/commands': ['src', 'backup'],
};

/** Each library and the only places that may use it. */
const LIBRARY_HOMES: Record<string, readonly string[]> = {
  '@peculiar/asn1-schema': ['src/certificates'],
  '@peculiar/asn1-x509': ['src/certificates'],
  'dcmjs-codecs': ['src/rendering'],
  'dcmjs-dimse': ['src/doors/dimse'],
  'better-sqlite3': ['src/db'],
  express: ['src/doors/http', 'src/doors/dicomweb', 'src/doors/rest'],
  helmet: ['src/doors/http'],
  'age-encryption': ['backup'],
  aws4fetch: ['backup/targets'],
  archiver: ['backup'],
  'node-cron': ['backup'],
  nodemailer: ['backup'],
  yauzl: ['backup'],
  'dcmjs-imaging': ['src/rendering'],
  sharp: ['src/rendering'],
  pino: ['src/log.ts'],
  'iconv-lite': ['src/dicom'],
  zod: ['src/config', 'src/doors/rest'],
  'zod-openapi': ['src/doors/rest'],
};

interface Import {
  from: string;
  to: string;
  /** Type-only imports vanish at run time; they still count for levels. */
  library: boolean;
}

function filesUnder(folder: string): string[] {
  const found: string[] = [];
  for (const name of readdirSync(join(ROOT, folder))) {
    const path = `${folder}/${name}`;
    if (statSync(join(ROOT, path)).isDirectory()) found.push(...filesUnder(path));
    else if (/\.(ts|mts)$/.test(name)) found.push(path);
  }
  return found;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return ts.preProcessFile(text, true, true).importedFiles.flatMap(({ fileName }): Import[] => {
    if (fileName.startsWith('node:') || builtinModules.includes(fileName)) return [];
    if (!fileName.startsWith('.')) return [{ from: file, to: packageOf(fileName), library: true }];
    const to = relative(ROOT, resolve(join(ROOT, dirname(file)), fileName)).replaceAll('\\', '/');
    return [{ from: file, to, library: false }];
  });
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] as string);
}

function isIn(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`);
}

function placeOf(file: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((place) => isIn(file, place))
    .sort((a, b) => b.length - a.length)[0];
}

const files = [...filesUnder('src'), ...filesUnder('backup')];
const imports = files.flatMap(importsOf);

describe('the architecture', () => {
  it('has a place in the table for every file', () => {
    expect(files.filter((file) => placeOf(file) === undefined)).toEqual([]);
  });

  it('sees the imports at all', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('lets data flow one way: no place imports what is not below it', () => {
    const breaches = imports.filter(({ from, to, library }) => {
      const place = placeOf(from);
      if (library || place === undefined || isIn(to, place)) return false;
      return !(MAY_IMPORT[place] as readonly string[]).some((allowed) => isIn(to, allowed));
    });
    expect(breaches.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('keeps every library in its home', () => {
    const strays = imports.filter(
      ({ from, to, library }) => library && !LIBRARY_HOMES[to]?.some((home) => isIn(from, home)),
    );
    expect(strays.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('has no file over 300 lines but tables of the Standard', () => {
    const long = files.filter(
      (file) => !/-table\.ts$/.test(file) && readFileSync(join(ROOT, file), 'utf8').split('\n').length > 301,
    );
    expect(long).toEqual([]);
  });

  it('has no barrels and no names that say nothing', () => {
    const vague = files.filter((file) => /(^|\/)(index|utils?|helpers?|manager|service|common)\.ts$/.test(file));
    expect(vague).toEqual([]);
  });
});

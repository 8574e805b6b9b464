/** CONFORMANCE.md against the code that makes its tables, and against what the running listener really accepts. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTables } from '../../src/commands/conformance/document.ts';
import { startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { extendedItem } from '../support/dimse-bytes.ts';
import { DimseClient } from '../support/dimse-client.ts';
import type { AcceptedAssociation } from '../support/upper-layer-reader.ts';

const DOCUMENT = readFileSync(join(resolve(import.meta.dirname, '..', '..'), 'CONFORMANCE.md'), 'utf8');
const MODALITY_WORKLIST = '1.2.840.10008.5.1.4.31';
const PRIVATE_CLASS = '1.3.12.2.1107.5.9.1';
const FUTURE_CLASS = '1.2.840.10008.5.1.4.1.1.9999';
const PRIVATE_SYNTAX = '1.2.840.113619.5.2';
const NO_UID = 'not a UID';
const [ACCEPTED, NOT_ALLOWED, NOT_SERVED, NO_SYNTAX] = [0, 1, 3, 4];

/** The rows of a table as objects, by its heading. */
function table(name: string): Record<string, string>[] {
  const marked = new RegExp(`<!-- table: ${name} -->\n([\\s\\S]*?)<!-- end of table -->`).exec(DOCUMENT)?.[1] ?? '';
  const [heading = [], , ...rows] = marked
    .trim()
    .split('\n')
    .map((line) => line.slice(2, -2).split(' | '));
  return rows.map((cells) => Object.fromEntries(heading.map((title, at) => [title.trim(), (cells[at] ?? '').trim()])));
}

const uidsOf = (name: string) => table(name).map(({ UID = '' }) => UID);
const SYNTAX_OF = new Map(table('transfer-syntaxes').map((row) => [row['Transfer Syntax'] ?? '', row.UID ?? '']));
const SYNTAXES = [...SYNTAX_OF.values(), PRIVATE_SYNTAX];
const LAST = new Set(table('transfer-syntaxes').flatMap((row) => (row.chosen === 'last' ? [row.UID] : [])));

interface Served {
  readonly permission: string;
  readonly scpRole: string;
  readonly syntaxes: readonly string[];
}

/** SOP class, SCU role, SCP role. */
type Role = readonly [string, number, number];

const rows = table('services');
const toServed = (row: Record<string, string> | undefined): Served => ({
  permission: row?.permission ?? '',
  scpRole: row?.['SCP role'] ?? '',
  syntaxes:
    row?.['transfer syntaxes'] === 'every one'
      ? SYNTAXES
      : (row?.['transfer syntaxes'] ?? '').split(', ').map((name) => SYNTAX_OF.get(name) ?? name),
});
const STORAGE = toServed(rows.find(({ UID }) => UID === 'every other'));
const SERVED = new Map<string, Served>([
  ...rows.filter(({ UID }) => UID !== 'every other').map((row): [string, Served] => [row.UID ?? '', toServed(row)]),
  ...[...uidsOf('storage'), PRIVATE_CLASS, FUTURE_CLASS].map((uid): [string, Served] => [uid, STORAGE]),
]);
const CLASSES = [...SERVED.keys(), ...uidsOf('not-served'), NO_UID];

/** Devices by AE title, with what the document says that they may do. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  ALL: ['store', 'query', 'retrieve', 'worklist', 'commitment'],
  STORES: ['store', 'commitment'],
  QUERIES: ['query', 'commitment'],
  RETRIEVES: ['retrieve', 'commitment'],
  WORKS: ['worklist', 'commitment'],
  NOTHING: ['commitment'],
  STRANGER: ['store'],
};

function resultOf(sopClass: string, syntax: string, may: readonly string[]): number {
  const served = SERVED.get(sopClass);
  if (served === undefined) return NOT_SERVED as number;
  if (served.permission !== 'none' && !may.includes(served.permission)) return NOT_ALLOWED as number;
  return (served.syntaxes.includes(syntax) ? ACCEPTED : NO_SYNTAX) as number;
}

let appliance: TestAppliance;

beforeAll(async () => {
  const devices = Object.entries(MAY)
    .filter(([aeTitle]) => aeTitle !== 'STRANGER')
    .map(([aeTitle, may]) => ({
      name: aeTitle,
      aeTitle,
      host: '127.0.0.1',
      port: null,
      may: may.filter((one) => one !== 'commitment'),
    }));
  appliance = await startTestAppliance({ config: { devices } });
});

afterAll(() => appliance.dispose());

async function propose(
  callingAe: string,
  contexts: readonly (readonly [string, readonly string[]])[],
  roles: readonly Role[] = [],
): Promise<AcceptedAssociation> {
  const client = await DimseClient.associate({ port: appliance.dicomPort, callingAe, contexts, roles });
  await client.release();
  return client.accepted;
}

/** Every pair, 128 at a time; results in order. */
async function resultsOf(callingAe: string, pairs: readonly (readonly [string, string])[]): Promise<number[]> {
  const results: number[] = [];
  for (let at = 0; at < pairs.length; at += 128) {
    const part = pairs.slice(at, at + 128);
    const accepted = await propose(
      callingAe,
      part.map(([sopClass, syntax]) => [sopClass, [syntax]]),
    );
    part.forEach(([, syntax], index) => {
      const result = accepted.results.get(index * 2 + 1) ?? -1;
      results.push(result);
      if (result === ACCEPTED) expect(accepted.transferSyntaxes.get(index * 2 + 1)).toBe(syntax);
    });
  }
  return results;
}

describe('the document', () => {
  it('is what the tables of the code make: otherwise run `npm run conformance`', () => {
    expect(DOCUMENT).toBe(withTables(DOCUMENT));
  });

  it('says no more than once what a SOP class is', () => {
    expect(new Set(CLASSES).size).toBe(CLASSES.length);
    expect(CLASSES.length).toBeGreaterThan(300);
  });
});

describe('the listener', () => {
  it('accepts of every abstract syntax with every transfer syntax what the document says', async () => {
    const pairs = CLASSES.flatMap((sopClass) => SYNTAXES.map((syntax) => [sopClass, syntax] as const));
    const results = await resultsOf('ALL', pairs);
    const wrong = pairs.filter(([sopClass, syntax], at) => results[at] !== resultOf(sopClass, syntax, MAY.ALL ?? []));
    expect(wrong).toEqual([]);
    expect(results.filter((result) => result === ACCEPTED).length).toBeGreaterThan(10_000);
  });

  it.each(Object.entries(MAY))('lets %s have what the document says', async (callingAe, may) => {
    const pairs = CLASSES.map((sopClass) => [sopClass, '1.2.840.10008.1.2'] as const);
    const results = await resultsOf(callingAe, pairs);
    const wrong = pairs.filter(([sopClass, syntax], at) => results[at] !== resultOf(sopClass, syntax, may));
    expect(wrong).toEqual([]);
  });

  it('chooses of many transfer syntaxes the one that the document says', async () => {
    const [sopClass = ''] = uidsOf('storage');
    const orders = SYNTAXES.map((_, at) => [...SYNTAXES.slice(at), ...SYNTAXES.slice(0, at)]);
    const onlyLast = [...LAST].map((syntax) => [syntax as string]);
    const contexts = [...orders, ...onlyLast].map((order) => [sopClass, order] as const);
    for (let at = 0; at < contexts.length; at += 40) {
      const part = contexts.slice(at, at + 40);
      const { transferSyntaxes } = await propose('ALL', part);
      const expected = part.map(([, order]) => order.find((syntax) => !LAST.has(syntax)) ?? order[0]);
      expect(part.map((_, index) => transferSyntaxes.get(index * 2 + 1))).toEqual(expected);
    }
  });

  it.each(Object.entries(MAY))('answers the roles that %s proposes as the document says', async (callingAe, may) => {
    for (let at = 0; at < CLASSES.length; at += 128) {
      for (const [scu, scp] of ROLES) {
        const proposed = CLASSES.slice(at, at + 128).map((sopClass) => [sopClass, scu, scp] as const);
        const contexts = proposed.map(([sopClass]) => [sopClass, ['1.2.840.10008.1.2']] as const);
        const { roles } = await propose(callingAe, contexts, proposed);
        expect(roles).toEqual(proposed.flatMap((role) => answerTo(role, may)));
      }
    }
  });
});

describe('extended negotiation', () => {
  const answers = Map.groupBy(table('extended'), ({ service = '' }) => service);
  const SERVICE_OF: Readonly<Record<string, string>> = {
    'C-FIND': 'C-FIND',
    'C-GET': 'C-GET',
    'C-MOVE': 'C-MOVE',
    'C-STORE': 'Storage',
  };
  const serviceOf = (sopClass: string) => {
    const requests = rows.find(({ UID }) => UID === sopClass)?.requests ?? 'C-STORE';
    return sopClass === MODALITY_WORKLIST ? 'Modality Worklist' : (SERVICE_OF[requests] ?? '');
  };

  it('is answered for every SOP class as the document says', async () => {
    for (let at = 0; at < CLASSES.length; at += 128) {
      const part = CLASSES.slice(at, at + 128);
      const userItems = part.map((sopClass) => extendedItem(sopClass, [1, 1, 1, 1, 1, 1, 1]));
      const contexts = part.map((sopClass) => [sopClass, ['1.2.840.10008.1.2']] as const);
      const client = await DimseClient.associate({ port: appliance.dicomPort, callingAe: 'ALL', contexts, userItems });
      await client.release();
      const expected = part.flatMap((sopClass) => {
        const bytes = SERVED.has(sopClass) ? (answers.get(serviceOf(sopClass)) ?? []) : [];
        return bytes.length === 0 ? [] : [[sopClass, ...bytes.map(({ answer = '' }) => Number.parseInt(answer, 10))]];
      });
      expect(client.accepted.extended.map(([sopClass, bytes]) => [sopClass, ...bytes])).toEqual(expected);
    }
  });
});

const ROLES = [
  [1, 1],
  [1, 0],
  [0, 1],
] as const;

function answerTo([sopClass, scu, scp]: Role, may: readonly string[]): Role[] {
  const served = SERVED.get(sopClass);
  if (served === undefined || served.scpRole === 'not negotiated') return [];
  const isScu = may.includes(served.permission);
  const asScp = may.includes(served.scpRole) ? scp : 0;
  return isScu || asScp === 1 ? [[sopClass, isScu ? scu : 0, asScp]] : [];
}

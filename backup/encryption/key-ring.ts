/**
 * Who can open encrypted backups: the clinic's key (a file that the director keeps), the paper key (printed, in a safe), and
 * a drill key that lies in the data folder alone, so that encrypted backups are read and drilled every night. Of the first
 * two the server keeps what encrypts, never what opens.
 */
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ArchiveError } from '../../src/errors.ts';
import type { Memory } from '../memory.ts';
import type { HomeKeys } from './age-target.ts';

/** In the data folder, for its owner only; copied to encrypted targets, never to others. */
export const DRILL_KEY = 'backup-drill.key';
const KEY = 'backup.encryption';
/** The end of a key is its checksum (BIP 173): who can type it has the sheet at hand, and who reads its hash learns little. */
const ENDING = 6;

/** `age1…`: what encrypts. */
export interface Recipients {
  clinic: string;
  paper: string;
  drill: string;
}

/** What home remembers. */
export interface Encryption {
  /** New disks begin as encrypted ones. */
  on: boolean;
  recipients: Recipients;
  /** ISO 8601, UTC: when the keys were made. */
  since: string;
}

/** Keys that were made, and of which nobody has shown yet that they were kept; nothing is encrypted for them. */
type Waiting = Omit<Encryption, 'on'> & { ending: string };

/** For pages. */
export interface EncryptionStatus {
  state: 'off' | 'waiting' | 'on';
  recipients: Recipients | null;
  since: string | null;
}

/** Shown once and kept by people. */
export interface NewKeys {
  /** `AGE-SECRET-KEY-1…` */
  clinicKey: string;
  paperKey: string;
  recipients: Recipients;
  since: string;
}

const WAITING = 'backup.encryption.waiting';

export async function encryptionStatus(memory: Memory): Promise<EncryptionStatus> {
  const [known, waiting] = [await recallEncryption(memory), await recallWaiting(memory)];
  const state = waiting ? 'waiting' : known?.on ? 'on' : 'off';
  return { state, recipients: known?.recipients ?? null, since: known?.since ?? null };
}

/** Makes new keys; they count from `confirmKeys` on. The drill key stays the one it was: it opens older disks too. */
export async function makeKeys(memory: Memory, dataDir: string): Promise<NewKeys> {
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const [clinicKey, paperKey] = [await generateX25519Identity(), await generateX25519Identity()];
  const drillKey = (await readDrillKey(dataDir)) ?? (await generateX25519Identity());
  await keepDrillKey(dataDir, drillKey);
  const [clinic = '', paper = '', drill = ''] = await Promise.all(
    [clinicKey, paperKey, drillKey].map(identityToRecipient),
  );
  const made = { recipients: { clinic, paper, drill }, since: new Date().toISOString() };
  const waiting: Waiting = { ...made, ending: hashOf(paperKey.slice(-ENDING)) };
  await memory.set(WAITING, JSON.stringify(waiting));
  return { clinicKey, paperKey, ...made };
}

/**
 * Somebody has the recovery sheet at hand: from now on new disks are encrypted.
 * @param ending the last six characters of the paper key
 * @throws ArchiveError REQUEST_INVALID when they are not those
 */
export async function confirmKeys(memory: Memory, ending: string): Promise<void> {
  const waiting = await recallWaiting(memory);
  if (!waiting || hashOf(ending.trim().toUpperCase()) !== waiting.ending) {
    const detail = '종이 열쇠의 마지막 여섯 글자가 아닙니다. / These are not the last six characters of the paper key.';
    throw new ArchiveError('REQUEST_INVALID', detail);
  }
  const { recipients, since } = waiting;
  const encryption: Encryption = { on: true, recipients, since };
  await memory.set(KEY, JSON.stringify(encryption));
  await memory.set(WAITING, 'null');
}

/** New disks are not encrypted any more; those that are stay so. */
export async function stopEncryption(memory: Memory): Promise<void> {
  const encryption = await recallEncryption(memory);
  await memory.set(WAITING, 'null');
  if (encryption) await memory.set(KEY, JSON.stringify({ ...encryption, on: false }));
}

async function recallEncryption(memory: Memory): Promise<Encryption | null> {
  return JSON.parse((await memory.get(KEY)) ?? 'null') as Encryption | null;
}

async function recallWaiting(memory: Memory): Promise<Waiting | null> {
  return JSON.parse((await memory.get(WAITING)) ?? 'null') as Waiting | null;
}

/** What a run is told; plain values. The drill key stays in its file. */
export interface RunEncryption {
  recipients: string[];
  encryptNew: boolean;
}

/** Undefined when there never were any keys. */
export async function encryptionOfRuns(memory: Memory): Promise<RunEncryption | undefined> {
  const encryption = await recallEncryption(memory);
  if (!encryption) return undefined;
  const { clinic, paper, drill } = encryption.recipients;
  return { recipients: [clinic, paper, drill], encryptNew: encryption.on };
}

/** The keys of a run. @throws ArchiveError BACKUP_KEY_NEEDED when the drill key is gone: nothing could be read back */
export async function keysOfRun(dataDir: string, told: RunEncryption | undefined): Promise<HomeKeys | undefined> {
  if (!told) return undefined;
  const drillKey = await readDrillKey(dataDir);
  if (drillKey === undefined && told.encryptNew) throw new ArchiveError('BACKUP_KEY_NEEDED', DRILL_KEY);
  return { ...told, identities: drillKey === undefined ? [] : [drillKey] };
}

/**
 * What can open encrypted backups here: the keys of a file that a person named, and the drill key of a data folder.
 * @throws ArchiveError REQUEST_INVALID when the file holds no key
 */
export async function identitiesOf(file: string | undefined, dataDir: string | undefined): Promise<string[]> {
  const drillKey = dataDir === undefined ? undefined : await readDrillKey(dataDir);
  const own = drillKey === undefined ? [] : [drillKey];
  if (file === undefined) return own;
  const found = identitiesIn(await readFile(file, 'utf8').catch(() => ''));
  if (found.length > 0) return [...found, ...own];
  const detail = `${file}: AGE-SECRET-KEY-1… 로 시작하는 열쇠가 없습니다. / There is no key in this file.`;
  throw new ArchiveError('REQUEST_INVALID', detail);
}

/** Undefined when there is none. */
export async function readDrillKey(dataDir: string): Promise<string | undefined> {
  const text = await readFile(path.join(dataDir, DRILL_KEY), 'utf8').catch(() => '');
  return identitiesIn(text)[0];
}

/** The identities in the text of a key file, as `age-keygen` writes it: lines, and comments after `#`. */
export function identitiesIn(text: string): string[] {
  return text.toUpperCase().match(/\bAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}\b/g) ?? [];
}

async function keepDrillKey(dataDir: string, key: string): Promise<void> {
  const file = path.join(dataDir, DRILL_KEY);
  await writeFile(
    `${file}.part`,
    `# CLINICPACS: for restore drills; never leaves this computer unencrypted\n${key}\n`,
    {
      mode: 0o600,
      flush: true,
    },
  );
  await rename(`${file}.part`, file);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

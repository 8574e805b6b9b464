/**
 * Canary files: nobody ever touches them, so one that is changed or gone tells of malware that goes over the disk. Their
 * bytes follow from the clinic's id, so that nothing has to be remembered but that they were laid.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from './catalogue.ts';
import { type Target, writeWhole } from './target.ts';

export const CANARY_FOLDER = 'canary';
/** Endings that malware looks for, and names at both ends of a sorted list. */
const NAMES = ['000-do-not-change.dcm', 'photo.jpg', 'zzz-do-not-change.docx'];
const BYTES = 32 * 1024;

function canaries(siteId: string): Map<string, Buffer> {
  return new Map(NAMES.map((name) => [`${CANARY_FOLDER}/${name}`, canaryBytes(`${siteId} ${name}`)]));
}

/** Has the form of a DICOM file (PS3.10 section 7.1) as far as malware looks. */
function canaryBytes(seed: string): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i < BYTES / 32; i++) blocks.push(createHash('sha256').update(`${seed} ${i}`).digest());
  const bytes = Buffer.concat(blocks);
  bytes.fill(0, 0, 128).write('DICM', 128, 'latin1');
  return bytes;
}

/** Canaries of the store that are not what was laid. */
export function changedInStore(dataDir: string, siteId: string): Promise<Problem[]> {
  return changed(siteId, (name) => readFile(path.join(dataDir, name)).catch(() => undefined));
}

/** Canaries of a target that are not what was laid; paths are relative to the clinic's folder there. */
export function changedOnTarget(target: Target, siteId: string): Promise<Problem[]> {
  return changed(siteId, (name) => target.read(name));
}

async function changed(siteId: string, read: (name: string) => Promise<Buffer | undefined>): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [name, bytes] of canaries(siteId)) {
    const found = await read(name);
    if (found?.equals(bytes)) continue;
    const ko = found ? '감시용 파일의 내용이 바뀌었습니다.' : '감시용 파일이 없어졌습니다.';
    const en = found ? 'A canary file was changed.' : 'A canary file is gone.';
    problems.push({ path: name, ko, en });
  }
  return problems;
}

/** @returns whether they are there now; a full disk takes none */
export async function layInStore(dataDir: string, siteId: string): Promise<boolean> {
  try {
    await mkdir(path.join(dataDir, CANARY_FOLDER), { recursive: true, mode: 0o700 });
    for (const [name, bytes] of canaries(siteId)) await writeFile(path.join(dataDir, name), bytes, { flush: true });
    return true;
  } catch {
    return false;
  }
}

/** Those that are there and right are left alone. */
export async function layOnTarget(target: Target, siteId: string): Promise<void> {
  for (const [name, bytes] of canaries(siteId)) {
    if (!(await target.read(name))?.equals(bytes)) await writeWhole(target, name, bytes, { replace: true });
  }
}

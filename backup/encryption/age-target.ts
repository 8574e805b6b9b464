/**
 * A target on which everything that tells of patients is encrypted: each file below volumes/, manifests/, db/ and runs/
 * lies there as an age file of the same name and `.age`. Whoever asks this target sees the plain names, sizes and bytes.
 */
import { asArchiveError } from '../../src/errors.ts';
import type { Target } from '../target.ts';
import { ageReader, ageWriter } from './age-file.ts';

export const AGE = '.age';
const SECRET = /^(volumes|manifests|db|runs)\//;
/** Room for headers and tags: less than 1 in 1000 of what is written. */
const OVERHEAD = 1 / 1000;

export interface TargetKeys {
  /** `age1…`: who may open what is written from now on; empty for reading only. */
  recipients: readonly string[];
  /** `AGE-SECRET-KEY-1…`: what opens what is there. */
  identities: readonly string[];
}

/** `encryptNew`: a disk that is new to us begins as an encrypted one. */
export type HomeKeys = TargetKeys & { encryptNew: boolean };

export function ageTarget(target: Target, { recipients, identities }: TargetKeys): Target {
  const sealedName = (path: string) => (SECRET.test(path) ? path + AGE : path);
  const plainName = (path: string) => (SECRET.test(path) && path.endsWith(AGE) ? path.slice(0, -AGE.length) : path);

  async function open(path: string) {
    const sealed = await target.open(sealedName(path));
    return sealed && SECRET.test(path) ? ageReader(sealed, identities) : sealed;
  }

  return {
    where: target.where,
    list: async (folder) => (await target.list(folder)).map(plainName).sort(),
    async read(path) {
      if (!SECRET.test(path)) return target.read(path);
      try {
        const reader = await open(path);
        if (!reader) return undefined;
        const bytes = Buffer.alloc(reader.size);
        const read = await reader.read(bytes, 0).finally(() => reader.close());
        return bytes.subarray(0, read);
      } catch (error) {
        // What cannot be opened reads as an empty file: damaged, and told by name by whoever asked.
        if (asArchiveError(error).code === 'BACKUP_VERIFY_MISMATCH') return Buffer.alloc(0);
        throw error;
      }
    },
    open,
    async create(path, options) {
      const out = await target.create(sealedName(path), options);
      try {
        return SECRET.test(path) ? await ageWriter(out, recipients) : out;
      } catch (error) {
        await out.discard();
        throw error;
      }
    },
    remove: (path) => target.remove(sealedName(path)),
    dropUnfinished: () => target.dropUnfinished(),
    async freeBytes() {
      const free = await target.freeBytes();
      return free === undefined ? undefined : Math.floor(free * (1 - OVERHEAD));
    },
    lock: (owner) => target.lock(owner),
  };
}

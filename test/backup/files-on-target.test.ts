import { expect, test } from 'vitest';
import { FilesOnTarget } from '../../backup/files-on-target.ts';
import { manifestText } from '../../backup/manifest.ts';
import { manifestPath } from '../../backup/names.ts';
import { NOTHING } from '../../backup/plan.ts';
import { type Target, writeWhole } from '../../backup/target.ts';
import { folderTarget } from '../../backup/targets/folder.ts';
import { freshFolder } from '../support/folders.ts';

const fileAt = (received: number) => ({
  path: `images/${received}.dcm`,
  size: 1,
  seq: received,
  received,
  hashed: { offset: 0, length: 1, sha256: `h${received}` },
});

/** Ten manifests of ten files each, with a target that counts what is read. */
async function tenManifests(): Promise<{ target: Target; manifests: string[]; read: string[] }> {
  const folder = folderTarget(freshFolder(), 'site');
  const manifests: string[] = [];
  for (let part = 1; part <= 10; part++) {
    const entries = Array.from({ length: 10 }, (_, i) => {
      const { hashed, ...file } = fileAt((part - 1) * 10 + i + 1);
      return { ...file, sha256: 'f', dataSetSha256: hashed.sha256, offset: 0 };
    });
    const mark = { ...NOTHING, epoch: 'e', seq: part * 10, received: part * 10 };
    const trailer = { volume: 'v', size: 1, sha256: 'v', entries: 10, mark, pending: [] };
    const name = manifestPath({ stamp: '20261124T0300', run: 1 }, part);
    manifests.push(name);
    await writeWhole(folder, name, Buffer.from(manifestText({ entries, trailer })));
  }
  const read: string[] = [];
  const target = {
    ...folder,
    read: (name: string) => {
      read.push(name);
      return folder.read(name);
    },
  };
  return { target, manifests, read };
}

test('a recent file costs the newest manifests only, however many there are', async () => {
  const { target, manifests, read } = await tenManifests();
  const files = new FilesOnTarget(target, manifests);
  expect(await files.sha256Of(fileAt(100))).toBe('h100');
  expect(await files.sha256Of(fileAt(93))).toBe('h93');
  expect(read).toEqual([manifests[9], manifests[8]]);
});

test('an old file is found all the same, and one that is nowhere is told as such', async () => {
  const { target, manifests, read } = await tenManifests();
  const files = new FilesOnTarget(target, manifests);
  expect(await files.sha256Of(fileAt(1))).toBe('h1');
  expect(await files.sha256Of({ ...fileAt(55), path: 'images/other.dcm' })).toBeUndefined();
  expect(read).toHaveLength(10);
});

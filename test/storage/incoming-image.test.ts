import { createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImageStore } from '../../src/storage/image-store.ts';
import { readHeader } from '../../src/storage/provenance.ts';
import { freshFolder } from '../support/folders.ts';

const IDENTITY = {
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  sopInstanceUid: '1.2.3',
  transferSyntaxUid: '1.2.840.10008.1.2.1',
};
const PROVENANCE = {
  receivedAt: '2026-11-24T03:00:00.000Z',
  receiveSequence: 7,
  callingAe: 'MODALITY',
  peerAddress: '127.0.0.1',
  device: null,
  via: 'dimse' as const,
};

function store(): ImageStore {
  return new ImageStore(freshFolder());
}

describe('an incoming image', () => {
  it('ends as one sealed file with the bytes as received, however they were cut', async () => {
    const images = store();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 700_000 }), { minLength: 1, maxLength: 12 }),
        async (sizes) => {
          const pieces = sizes.map((size) => randomBytes(size));
          const image = images.newImage(IDENTITY, PROVENANCE);
          for (const piece of pieces) {
            // The caller uses its buffer again at once.
            const lent = Buffer.from(piece);
            image.write(lent);
            lent.fill(0);
            if (image.congested) await image.drained();
          }
          const sealed = await image.seal();
          await image.settle();
          const file = readFileSync(sealed.path);
          expect(file.subarray(sealed.dataSetOffset).equals(Buffer.concat(pieces))).toBe(true);
          const header = readHeader(file);
          expect(header?.seal).toEqual({
            dataSetLength: file.length - sealed.dataSetOffset,
            sha256: sealed.sha256.toString('hex'),
          });
          expect(sealed.sha256.equals(createHash('sha256').update(Buffer.concat(pieces)).digest())).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
    await images.close();
  });

  it('keeps images apart that arrive at the same time and share memory one after the other', async () => {
    const images = store();
    const receive = async (size: number) => {
      const bytes = randomBytes(size);
      const image = images.newImage(IDENTITY, PROVENANCE);
      for (let at = 0; at < size; at += 100_000) {
        image.write(bytes.subarray(at, at + 100_000));
        if (image.congested) await image.drained();
        else if (at % 300_000 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      expect(image.head().equals(bytes.subarray(0, 65536))).toBe(true);
      if (size % 3 === 0) return image.discard();
      const { path, dataSetOffset } = await image.seal();
      await image.settle();
      expect(readFileSync(path).subarray(dataSetOffset).equals(bytes)).toBe(true);
    };
    const sizes = Array.from({ length: 40 }, (_, n) => 1 + n * 131_072);
    for (let n = 0; n < sizes.length; n += 8) await Promise.all(sizes.slice(n, n + 8).map(receive));
    await images.close();
  });

  it('keeps where it came from in its own header', async () => {
    const images = store();
    const image = images.newImage(IDENTITY, { ...PROVENANCE, callingAe: '엑스레이"\\', device: 'X@10.0.0.1' });
    image.write(Buffer.from('data'));
    const sealed = await image.seal();
    await image.settle();
    const header = readHeader(readFileSync(sealed.path));
    expect(header).toMatchObject({
      ...IDENTITY,
      provenance: { callingAe: '엑스레이"\\', device: 'X@10.0.0.1', receiveSequence: 7 },
    });
    await images.close();
  });

  it('still has a readable header when a peer sends names without end', async () => {
    const images = store();
    const long = '가'.repeat(5000);
    const image = images.newImage(IDENTITY, { ...PROVENANCE, callingAe: long, peerAddress: long, device: long });
    image.write(Buffer.from('data'));
    const sealed = await image.seal();
    await image.settle();
    expect(readHeader(readFileSync(sealed.path))?.provenance.receiveSequence).toBe(7);
    await images.close();
  });

  it('leaves no file when the sender vanishes', async () => {
    const images = store();
    const image = images.newImage(IDENTITY, PROVENANCE);
    image.write(randomBytes(3 << 20));
    await image.discard();
    await images.close();
    expect(filesUnder(join(images.dataDir, 'images'))).toEqual([]);
    expect(readdirSync(join(images.dataDir, 'incoming'))).toEqual([]);
  });

  it('asks the sender to pause when the disk is behind, and to go on afterwards', async () => {
    const images = store();
    const image = images.newImage(IDENTITY, PROVENANCE);
    image.write(randomBytes(6 << 20));
    expect(image.congested).toBe(true);
    await image.drained();
    expect(image.congested).toBe(false);
    await image.discard();
    await images.close();
  });

  it('leaves no descriptor open', async () => {
    const images = store();
    const before = openDescriptor();
    for (let n = 0; n < 40; n++) {
      const image = images.newImage(IDENTITY, PROVENANCE);
      image.write(Buffer.from('data'));
      if (n % 2) await image.discard();
      else {
        await image.seal();
        await image.settle();
      }
    }
    await images.close();
    expect(openDescriptor()).toBeLessThanOrEqual(before + 2);
  });
});

/** The lowest free descriptor number: it grows when descriptors leak. */
function openDescriptor(): number {
  const fd = openSync('/dev/null', 'r');
  closeSync(fd);
  return fd;
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );
}

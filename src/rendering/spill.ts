/**
 * Pixels on their way from a render process to the appliance. The channel between the two costs the event loop 10 ms per
 * MB, so what is large goes through a file without a name, which the file threads read. Where no such file can be made,
 * and while the disk is full, everything goes through the channel.
 */
import { closeSync, ftruncate, mkdirSync, openSync, read, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Bytes up to which the channel will do. */
const SMALL = 1 << 16;

/** Stands for bytes that lie in the file. */
class Place {
  readonly spilledAt: number;
  readonly spilledLength: number;

  constructor(at: number, length: number) {
    this.spilledAt = at;
    this.spilledLength = length;
  }
}

let files = 0;

/** The file of one process, as its descriptor; it goes with the last who has it open. Undefined when there can be none. */
export function openSpill(folder: string): number | undefined {
  try {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `.spill-${process.pid}-${++files}`);
    const descriptor = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return descriptor;
  } catch {
    return undefined;
  }
}

export function closeSpill(descriptor: number | undefined): void {
  if (descriptor !== undefined) closeSync(descriptor);
}

/** Writes the large values of an output into the file. Returns what is to be sent instead. */
export function spill(output: unknown, descriptor: number): unknown {
  let end = 0;
  try {
    return replace(output, (value) => {
      if (!(value instanceof Uint8Array) || value.length <= SMALL) return value;
      writeAll(descriptor, value, end);
      end += value.length;
      return new Place(end - value.length, value.length);
    });
  } catch {
    return output;
  }
}

/** The output as it was before `spill`. The file is empty afterwards: the disk need not keep its bytes. */
export async function unspill(output: unknown, descriptor: number): Promise<unknown> {
  const reads: Promise<void>[] = [];
  const whole = replace(output, (value) => {
    const { spilledAt, spilledLength } = value as Partial<Place>;
    if (spilledAt === undefined || spilledLength === undefined) return value;
    const bytes = Buffer.allocUnsafe(spilledLength);
    reads.push(readAll(descriptor, bytes, spilledAt));
    return bytes;
  });
  if (reads.length === 0) return output;
  await Promise.all(reads);
  await promisify(ftruncate)(descriptor, 0);
  return whole;
}

/** Changes the bytes and places in plain objects and arrays. */
function replace(value: unknown, change: (value: object) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => replace(each, change));
  const changed = change(value);
  if (changed !== value || ArrayBuffer.isView(value)) return changed;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replace(each, change)]));
}

function writeAll(descriptor: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
  }
}

async function readAll(descriptor: number, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await promisify(read)(descriptor, bytes, done, bytes.length - done, at + done);
    if (bytesRead === 0) throw new Error('the spill file ends too early');
    done += bytesRead;
  }
}

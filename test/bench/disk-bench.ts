/** How far the limit is: what this disk does without any server around it. */
import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '../../src/db/connection.ts';
import { type Measures, median } from './measures.ts';
import { storeLabel } from './store-bench.ts';

export const DISK = 'disk';
const SIZES = { dx: 10_241_000, ct: 526_000, tiny: 9_500 } as const;
const FILES = { dx: 10, ct: 100, tiny: 200 } as const;

/** Files written one after the other and flushed each: images per second beside those of one association. */
export function benchDisk(folder: string, measures: Measures): void {
  const place = join(folder, 'disk');
  mkdirSync(place, { recursive: true });
  for (const kind of ['dx', 'ct', 'tiny'] as const) {
    const bytes = Buffer.alloc(SIZES[kind], 0x5a);
    const start = performance.now();
    for (let n = 0; n < FILES[kind]; n++) writeFlushed(join(place, `${kind}-${n}`), bytes);
    const perSecond = (FILES[kind] / (performance.now() - start)) * 1000;
    measures.of(storeLabel(kind, 1), DISK).perSecond.push(perSecond);
  }
  rmSync(place, { recursive: true });
}

function writeFlushed(path: string, bytes: Buffer): void {
  const fd = openSync(path, 'wx');
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  fdatasyncSync(fd);
  closeSync(fd);
}

/** Median ms of a commit of one row with synchronous=FULL. */
export function commitMs(folder: string): number {
  const connection = new Connection(join(folder, 'commit.sqlite'), 'write');
  connection.run('CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)');
  const times: number[] = [];
  for (let n = 0; n < 200; n++) {
    const start = performance.now();
    connection.run('INSERT INTO t (text) VALUES (?)', 'x'.repeat(500));
    times.push(performance.now() - start);
  }
  connection.close();
  return median(times);
}

import { expect, test } from 'vitest';
import { giveBuffer, takeBuffer } from '../../backup/buffers.ts';

test('a buffer that was given back is used again for a file of about its size', () => {
  const first = takeBuffer(20_000);
  expect(first.length).toBe(20_000);
  giveBuffer(first);
  const second = takeBuffer(30_000);
  expect(second.length).toBe(30_000);
  expect(second.buffer).toBe(first.buffer);
  expect(takeBuffer(20_000).buffer).not.toBe(first.buffer);
});

test('buffers that are not ours are left alone', () => {
  const pooled = Buffer.from('a small buffer out of the shared pool');
  giveBuffer(pooled);
  giveBuffer(Buffer.alloc(20_001));
  expect([1, 20_000, 70_000].map((size) => takeBuffer(size).buffer)).not.toContain(pooled.buffer);
});

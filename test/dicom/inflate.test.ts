import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DataSetError } from '../../src/dicom/data-set.ts';
import { inflateDataSet, inflateHead, inflateHeadInThread } from '../../src/dicom/inflate.ts';
import { makeInstance } from '../support/synthetic.ts';

const text = Buffer.from(Array.from({ length: 20000 }, (_, at) => (at * at) % 251));

function reasonOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof DataSetError) return error.reason;
    throw error;
  }
  return 'nothing thrown';
}

describe('deflated data sets', () => {
  it('are inflated, raw or with a zlib wrapper, with a padding byte too', () => {
    const raw = deflateRawSync(text);
    for (const bytes of [raw, deflateSync(text), Buffer.concat([raw, Buffer.alloc(1)])]) {
      expect(inflateDataSet(bytes, text.length).equals(text)).toBe(true);
    }
  });

  it('are refused above the cap, cut, or when they are none', () => {
    expect(reasonOf(() => inflateDataSet(deflateRawSync(text), text.length - 1))).toBe('inflated-too-large');
    expect(reasonOf(() => inflateDataSet(deflateRawSync(Buffer.alloc(64 << 20)), 1 << 20))).toBe('inflated-too-large');
    expect(reasonOf(() => inflateDataSet(deflateRawSync(text).subarray(0, 100), text.length))).toBe('malformed');
    expect(reasonOf(() => inflateDataSet(Buffer.from('no stream at all'), 100))).toBe('malformed');
  });

  it('give the same head in a thread, from the memory as it was when it was asked for', async () => {
    const raw = deflateRawSync(text);
    const wrapped = deflateSync(text);
    const bomb = deflateRawSync(Buffer.alloc(64 << 20));
    for (const bytes of [raw, wrapped, bomb, Buffer.alloc(0), raw.subarray(0, 500), wrapped.subarray(0, 500)]) {
      for (const most of [1000, text.length, 4 << 20]) {
        const expected = inflateHead(bytes, most);
        const memory = Buffer.from(bytes);
        const head = inflateHeadInThread(memory, most);
        memory.fill(0);
        expect((await head).equals(expected)).toBe(true);
      }
    }
    await expect(inflateHeadInThread(Buffer.from('no stream at all'), 100)).rejects.toThrow(DataSetError);
  });

  it('give their head, whole when it fits', () => {
    const raw = deflateRawSync(text);
    expect(inflateHead(raw, 1 << 20).equals(text)).toBe(true);
    expect(inflateHead(raw, 1000).equals(text.subarray(0, 1000))).toBe(true);
    expect(inflateHead(raw, text.length).equals(text)).toBe(true);
    expect(inflateHead(Buffer.alloc(0), 100).length).toBe(0);
  });

  it('give their head when the input is cut', () => {
    const raw = deflateRawSync(text);
    const head = inflateHead(raw.subarray(0, raw.length >> 1), text.length);
    expect(head.length).toBeGreaterThan(0);
    expect(head.equals(text.subarray(0, head.length))).toBe(true);
  });

  it('give the head of a bomb and nothing more', () => {
    const bomb = deflateRawSync(Buffer.concat([makeInstance({ pixelBytes: 0 }).dataSet, Buffer.alloc(100 << 20)]));
    const head = inflateHead(bomb, 4096);
    expect(head.length).toBe(4096);
    expect(reasonOf(() => inflateHead(Buffer.from([0xff, 0xff, 0xff]), 100))).toBe('malformed');
  });
});

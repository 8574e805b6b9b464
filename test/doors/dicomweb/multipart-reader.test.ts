import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MultipartReader } from '../../../src/doors/dicomweb/multipart-reader.ts';
import { MultipartFraming } from '../../../src/doors/dicomweb/multipart-writer.ts';

interface Part {
  headers: Record<string, string>;
  body: Buffer;
}

function readAll(boundary: string, chunks: Buffer[]): Part[] {
  const reader = new MultipartReader(boundary);
  const parts: { headers: Record<string, string>; chunks: Buffer[]; ended: boolean }[] = [];
  for (const chunk of chunks) {
    for (const event of reader.read(chunk)) {
      const current = parts.at(-1);
      if (event.kind === 'part') parts.push({ headers: Object.fromEntries(event.headers), chunks: [], ended: false });
      else if (event.kind === 'bytes') current?.chunks.push(Buffer.from(event.chunk));
      else if (current) current.ended = true;
    }
  }
  reader.finish();
  expect(parts.every((part) => part.ended)).toBe(true);
  return parts.map((part) => ({ headers: part.headers, body: Buffer.concat(part.chunks) }));
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let i = 0; i < bytes.length; i += size) pieces.push(bytes.subarray(i, i + size));
  return pieces;
}

const TWO_PARTS = Buffer.from(
  'preamble\r\n--B\r\nContent-Type: application/dicom\r\nX-Long: a\r\n b\r\n\r\none\r\n\r\n--B \r\n\r\n--\r\r\n-\r\n--B--\r\nepilogue --B',
  'latin1',
);

describe('the multipart reader', () => {
  it.each([1, 2, 3, 5, 7, 64, 1000])('reads two parts from chunks of %i bytes', (size) => {
    const parts = readAll('B', cut(TWO_PARTS, size));
    expect(parts.map((part) => part.body.toString())).toEqual(['one\r\n', '--\r\r\n-']);
    expect(parts[0]?.headers).toEqual({ 'content-type': 'application/dicom', 'x-long': 'a b' });
    expect(parts[1]?.headers).toEqual({});
  });

  it('reads empty parts, also those whose blank line is the line before the delimiter', () => {
    const parts = readAll('B', [Buffer.from('--B\r\n\r\n\r\n--B\r\nA: b\r\n\r\n--B--')]);
    expect(parts.map((part) => part.body.length)).toEqual([0, 0]);
  });

  it('returns whatever was framed, however it is cut', () => {
    const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    const tricky = fc.constantFrom('\r\n--', '\r\n-', '\r', '\n', '--', '\r\n\r\n').map((text) => Buffer.from(text));
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.oneof(body, tricky), { maxLength: 4 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 97 }),
        (made, size) => {
          const framing = new MultipartFraming('application/dicom');
          const bodies = made.map((pieces) => Buffer.concat(pieces));
          const bytes = Buffer.concat([
            ...bodies.flatMap((bytes) => [
              framing.opening({ contentType: 'application/dicom', length: bytes.length }),
              bytes,
              framing.closing,
            ]),
            framing.end,
          ]);
          const parts = readAll(framing.boundary, cut(bytes, size));
          expect(parts.map((part) => part.body.toString('hex'))).toEqual(bodies.map((bytes) => bytes.toString('hex')));
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ['a body without its closing delimiter', '--B\r\n\r\nhalf a part'],
    ['an empty body', '\r\n'],
    ['a delimiter line with something on it', '--Bx\r\n\r\nbody\r\n--B--'],
    ['headers without end', `--B\r\n${'X-Pad: 0123456789\r\n'.repeat(1000)}`],
    ['a body without the boundary', 'x'.repeat(100_000)],
  ])('refuses %s', (_name, text) => {
    expect(() => readAll('B', cut(Buffer.from(text), 1000))).toThrow('request is not valid');
  });

  it('does not hold a part in memory: bytes are passed on as they come', () => {
    const reader = new MultipartReader('B');
    const zeros = Buffer.alloc(65_536);
    let passed = 0;
    for (const event of reader.read(Buffer.from('--B\r\n\r\n'))) expect(event.kind).toBe('part');
    for (let i = 0; i < 100; i++) {
      for (const event of reader.read(zeros)) if (event.kind === 'bytes') passed += event.chunk.length;
      expect(passed).toBe((i + 1) * zeros.length);
    }
  });
});

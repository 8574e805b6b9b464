import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PduReader, type PduSink } from '../../../../src/doors/dimse/upper-layer/pdu-reader.ts';
import { messagePdus } from '../../../../src/doors/dimse/upper-layer/pdu-writer.ts';
import { ProtocolViolation } from '../../../../src/doors/dimse/upper-layer/protocol-violation.ts';
import { pdu, pdv } from '../../../support/dimse-bytes.ts';

/** Writes down what it is told; slices are copied, since they are valid only while it is told. */
class Recorder implements PduSink {
  readonly control: { type: number; body: Buffer }[] = [];
  readonly values: { contextId: number; control: number; value: Buffer }[] = [];
  #open: Buffer[] = [];
  onValue: () => void = () => undefined;

  pduStarts(): void {}

  controlPdu(type: number, body: Buffer): void {
    this.control.push({ type, body: Buffer.from(body) });
  }

  fragment(contextId: number, control: number, slice: Buffer, endOfPdv: boolean): void {
    this.#open.push(Buffer.from(slice));
    if (!endOfPdv) return;
    this.values.push({ contextId, control, value: Buffer.concat(this.#open) });
    this.#open = [];
    this.onValue();
  }
}

/** Gives the bytes in pieces and spoils each piece afterwards, as a read buffer that is used again does. */
function feed(reader: PduReader, bytes: Buffer, sizes: readonly number[]): void {
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    const piece = Buffer.from(bytes.subarray(at, at + size));
    reader.push(piece);
    piece.fill(0xaa);
    at += size;
  }
}

const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

describe('the PDU reader', () => {
  it('gives the same PDVs and PDUs however the bytes are cut', () => {
    const part = fc.oneof(
      fc.record({ type: fc.constantFrom(1, 5, 7), body: fc.uint8Array({ maxLength: 50 }) }),
      fc.array(
        fc.record({
          id: fc.integer({ min: 0, max: 255 }),
          control: fc.integer({ min: 0, max: 3 }),
          value: fc.uint8Array({ maxLength: 60 }),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), pieces, (parts, sizes) => {
        const recorder = new Recorder();
        const bytes = parts.map((one) =>
          Array.isArray(one)
            ? pdu(4, Buffer.concat(one.map(({ id, control, value }) => pdv(id, control, Buffer.from(value)))))
            : pdu(one.type, Buffer.from(one.body)),
        );
        feed(new PduReader(recorder), Buffer.concat(bytes), sizes);
        const values = parts.flatMap((one) => (Array.isArray(one) ? one : []));
        const control = parts.flatMap((one) => (Array.isArray(one) ? [] : [one]));
        expect(recorder.values.map(({ contextId, value }) => [contextId, value.toString('hex')])).toEqual(
          values.map(({ id, value }) => [id, Buffer.from(value).toString('hex')]),
        );
        expect(recorder.control.map(({ type, body }) => [type, body.toString('hex')])).toEqual(
          control.map(({ type, body }) => [type, Buffer.from(body).toString('hex')]),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('ends by a violation or waits for more on random bytes, and never by anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), pieces, (bytes, sizes) => {
        try {
          feed(new PduReader(new Recorder()), Buffer.from(bytes), sizes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolViolation);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps what comes while it is held, and goes on with it', () => {
    const recorder = new Recorder();
    const reader = new PduReader(recorder);
    recorder.onValue = () => reader.hold();
    const three = Buffer.concat([1, 2, 3].map((value) => pdu(4, pdv(1, 2, Buffer.from([value])))));
    feed(reader, three, [five()]);
    expect(recorder.values).toHaveLength(1);
    reader.release();
    expect(recorder.values).toHaveLength(2);
    reader.release();
    expect(recorder.values.map(({ value }) => value[0])).toEqual([1, 2, 3]);
  });

  it.each([
    ['a PDV longer than its PDU', pdu(4, Buffer.from([0, 0, 0, 50, 1, 2, 0, 0]))],
    ['a PDV of length 1', pdu(4, Buffer.from([0, 0, 0, 1, 1, 2]))],
    ['a PDV of length 2^31-1', pdu(4, Buffer.from([0x7f, 0xff, 0xff, 0xff, 1, 2, 0, 0]))],
    ['stray bytes after a PDV', pdu(4, Buffer.concat([pdv(1, 2, Buffer.alloc(4)), Buffer.alloc(3)]))],
    ['P-DATA without a PDV', pdu(4, Buffer.alloc(0))],
  ])('refuses %s', (_, bytes) => {
    expect(() => new PduReader(new Recorder()).push(bytes)).toThrow(ProtocolViolation);
  });
});

/** Cuts in the middle of headers. */
function five(): number {
  return 5;
}

describe('messages that are written', () => {
  it('fit the maximum of the peer, have even fragments, and come back whole', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 300 }),
        fc.integer({ min: 0, max: 200 }).map((half) => Buffer.alloc(half * 2, half)),
        fc.option(fc.integer({ min: 0, max: 500 }).map((half) => Buffer.alloc(half * 2, half))),
        (maximum, command, dataSet) => {
          const bytes = messagePdus(7, command, dataSet, maximum);
          for (let at = 0; at < bytes.length; at += 6 + bytes.readUInt32BE(at + 2)) {
            expect(bytes.readUInt32BE(at + 2)).toBeLessThanOrEqual(maximum);
            expect(bytes.readUInt32BE(at + 2) % 2).toBe(0);
          }
          const recorder = new Recorder();
          new PduReader(recorder).push(bytes);
          const of = (isCommand: boolean) =>
            recorder.values.filter(({ control }) => (control & 1) === Number(isCommand));
          expect(Buffer.concat(of(true).map(({ value }) => value))).toEqual(command);
          expect(Buffer.concat(of(false).map(({ value }) => value))).toEqual(dataSet ?? Buffer.alloc(0));
          expect(
            of(true)
              .map(({ control }) => control & 2)
              .lastIndexOf(2),
          ).toBe(of(true).length - 1);
        },
      ),
      { numRuns: 100 },
    );
  });
});

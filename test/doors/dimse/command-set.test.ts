import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandSet, decodeCommandSet, encodeCommandSet, errorComment } from '../../../src/doors/dimse/command-set.ts';
import { ProtocolViolation } from '../../../src/doors/dimse/upper-layer/protocol-violation.ts';
import { command, readImplicit } from '../../support/dimse-bytes.ts';

describe('a command set', () => {
  it('is read as a peer writes it', () => {
    const read = decodeCommandSet(command({ 2: '1.2.3', 256: 1, 272: 7, 2048: 1, 4096: '1.2.3.4' }));
    expect([read.field, read.messageId, read.hasDataSet, read.isResponse]).toEqual([1, 7, true, false]);
    expect([read.text(0x0002), read.text(0x1000), read.text(0x1001)]).toEqual(['1.2.3', '1.2.3.4', '']);
  });

  it('is written with its group length, in order, padded to even lengths', () => {
    const bytes = encodeCommandSet([[0x1000, '1.2.3'], [0x0100, 0x8001], errorComment('no\\good ä')], false);
    const elements = readImplicit(bytes);
    expect(elements['00000000']?.readUInt32LE(0)).toBe(bytes.length - 12);
    expect(Object.keys(elements)).toEqual(['00000000', '00000100', '00000800', '00000902', '00001000']);
    expect(elements['00000902']?.toString()).toBe('no/good ? ');
    expect(elements['00001000']?.toString()).toBe('1.2.3\0');
  });

  it('that is no command set gives a violation', () => {
    for (const bytes of [Buffer.alloc(3), Buffer.from('0800050004000000', 'hex'), command({ 2: '1.2' })]) {
      expect(() => decodeCommandSet(bytes)).toThrow(ProtocolViolation);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        try {
          expect(decodeCommandSet(Buffer.from(bytes))).toBeInstanceOf(CommandSet);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolViolation);
        }
      }),
    );
  });
});

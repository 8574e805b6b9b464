import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAssociateRequest } from '../../../../src/doors/dimse/upper-layer/acse.ts';
import { ProtocolViolation } from '../../../../src/doors/dimse/upper-layer/protocol-violation.ts';
import { associateRq, EXPLICIT, IMPLICIT, item, VERIFICATION } from '../../../support/dimse-bytes.ts';

const decode = (bytes: Buffer) => decodeAssociateRequest(bytes.subarray(6));

describe('an association request', () => {
  it('is read with its contexts, roles, maximum length and titles', () => {
    const request = decode(
      associateRq({
        calledAe: 'PACS',
        callingAe: ' CT 1',
        maximumLength: 16384,
        contexts: [{ id: 3, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT, EXPLICIT] }],
        roles: [['1.2.840.10008.5.1.4.1.1.7', 0, 1]],
        userItems: [item(0x53, Buffer.from([0, 5, 0, 5]))],
      }),
    );
    expect(request).toMatchObject({
      calledAe: 'PACS',
      callingAe: 'CT 1',
      maximumLength: 16384,
      contexts: [{ id: 3, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT, EXPLICIT] }],
      roles: [{ sopClassUid: '1.2.840.10008.5.1.4.1.1.7', scu: false, scp: true }],
      proposesAsynchronousOperations: true,
    });
  });

  it('may hold items that nobody knows, user identity and extended negotiation', () => {
    const userItems = [
      item(0x56, Buffer.from([0, 0])),
      item(0x57, Buffer.alloc(3)),
      item(0x58, Buffer.alloc(8)),
      item(0x99, 'x'),
    ];
    expect(decode(associateRq({ userItems })).implementationVersion).toBe('TEST_1');
  });

  it('does not let control characters of a title through to logs', () => {
    expect(decode(associateRq({ callingAe: 'A\r\nB\x1b[2J' })).callingAe).toBe('A??B?[2J');
  });

  it('that is damaged gives a violation or a request, and nothing else', () => {
    const whole = associateRq({
      contexts: [{ id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] }],
      roles: [['1.2.3', 1, 1]],
    }).subarray(6);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: whole.length }),
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        (cut, changes) => {
          const damaged = Buffer.from(whole.subarray(0, cut));
          for (const [at, value] of changes) if (at < cut) damaged[at] = value;
          try {
            decodeAssociateRequest(damaged);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolViolation);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

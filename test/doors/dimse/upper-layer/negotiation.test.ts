import { describe, expect, it } from 'vitest';
import type { Device } from '../../../../src/doors/dimse/services.ts';
import { decodeAssociateRequest } from '../../../../src/doors/dimse/upper-layer/acse.ts';
import { negotiate, type Policy } from '../../../../src/doors/dimse/upper-layer/negotiation.ts';
import {
  type AssociateOptions,
  associateRq,
  EXPLICIT,
  IMPLICIT,
  STUDY_ROOT_FIND,
  STUDY_ROOT_GET,
  VERIFICATION,
} from '../../../support/dimse-bytes.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const PRIVATE_STORAGE = '1.2.840.113619.4.26';
const INSTANCE_AVAILABILITY = '1.2.840.10008.5.1.4.33';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const JPEG_2000 = '1.2.840.10008.1.2.4.90';

const device: Device = { name: 'x', aeTitle: 'MODALITY', host: 'any', port: null, may: ['store', 'query', 'retrieve'] };
const policy: Policy = {
  aeTitle: 'CLINICPACS',
  strictCalledAe: false,
  unknownDevices: 'store',
  device,
  privateAddress: true,
  encryption: 'clear',
  certificateFits: true,
};
const unknown: Policy = { ...policy, device: undefined };

type Context = readonly [string, readonly string[]];

function ask(contexts: readonly Context[], by: Policy = policy, options: AssociateOptions = {}) {
  const proposed = contexts.map(([abstractSyntax, transferSyntaxes], i) => ({
    id: 2 * i + 1,
    abstractSyntax,
    transferSyntaxes,
  }));
  return negotiate(decodeAssociateRequest(associateRq({ contexts: proposed, ...options }).subarray(6)), by);
}

function results(contexts: readonly Context[], by: Policy = policy, options: AssociateOptions = {}): number[] {
  const answer = ask(contexts, by, options);
  if (answer.kind === 'rejected') throw new Error(answer.code);
  return answer.answers.map(({ result }) => result);
}

function chosen(transferSyntaxes: readonly string[], abstractSyntax = SC): string | undefined {
  const answer = ask([[abstractSyntax, transferSyntaxes]]);
  return answer.kind === 'accepted' ? answer.contexts[0]?.transferSyntax : undefined;
}

describe('presentation contexts', () => {
  it('are accepted for every storage class, private and future ones too', () => {
    expect(
      results([
        [SC, [EXPLICIT]],
        [PRIVATE_STORAGE, [EXPLICIT]],
        ['1.2.840.10008.5.1.4.1.1.999', [EXPLICIT]],
      ]),
    ).toEqual([0, 0, 0]);
  });

  it('take the first transfer syntax of the proposer', () => {
    expect(chosen([JPEG_2000, EXPLICIT])).toBe(JPEG_2000);
    expect(chosen([IMPLICIT, EXPLICIT])).toBe(IMPLICIT);
  });

  it('take big endian and deflated ones only when nothing else is proposed', () => {
    expect(chosen([BIG_ENDIAN, DEFLATED, IMPLICIT])).toBe(IMPLICIT);
    expect(chosen([DEFLATED, BIG_ENDIAN])).toBe(DEFLATED);
    expect(chosen([BIG_ENDIAN])).toBe(BIG_ENDIAN);
  });

  it('take a private transfer syntax for storage, but not for queries', () => {
    expect(chosen(['1.2.840.113619.5.2'])).toBe('1.2.840.113619.5.2');
    expect(results([[STUDY_ROOT_FIND, ['1.2.840.113619.5.2']]])).toEqual([4]);
  });

  it('are refused one by one for services that are not there', () => {
    expect(
      results([
        [INSTANCE_AVAILABILITY, [IMPLICIT]],
        [VERIFICATION, [IMPLICIT]],
        ['no uid!', [IMPLICIT]],
      ]),
    ).toEqual([3, 0, 3]);
  });

  it('let an unknown device echo and store, and nothing else', () => {
    const contexts: Context[] = [
      [VERIFICATION, [IMPLICIT]],
      [CT, [EXPLICIT]],
      [STUDY_ROOT_FIND, [IMPLICIT]],
      [STUDY_ROOT_GET, [IMPLICIT]],
    ];
    expect(results(contexts, unknown)).toEqual([0, 0, 1, 1]);
    expect(results(contexts)).toEqual([0, 0, 0, 0]);
  });

  it('follow what a device is allowed to do', () => {
    const viewer = { ...policy, device: { ...device, may: ['query' as const] } };
    expect(
      results(
        [
          [VERIFICATION, [IMPLICIT]],
          [CT, [EXPLICIT]],
          [STUDY_ROOT_FIND, [IMPLICIT]],
          [STUDY_ROOT_GET, [IMPLICIT]],
        ],
        viewer,
      ),
    ).toEqual([0, 1, 0, 1]);
  });
});

describe('role selection', () => {
  it('grants the SCP role to devices that may retrieve, for storage classes that are accepted', () => {
    const roles = [
      [CT, 0, 1],
      [SC, 1, 1],
      [VERIFICATION, 0, 1],
      [PRIVATE_STORAGE, 0, 1],
    ] as const;
    const answer = ask(
      [
        [CT, [EXPLICIT]],
        [SC, [EXPLICIT]],
      ],
      policy,
      { roles },
    );
    expect(answer).toMatchObject({
      roles: [
        { sopClassUid: CT, scu: false, scp: true },
        { sopClassUid: SC, scu: true, scp: true },
      ],
    });
  });

  it('does not grant it to unknown devices', () => {
    expect(ask([[CT, [EXPLICIT]]], unknown, { roles: [[CT, 1, 1]] })).toMatchObject({
      roles: [{ scu: true, scp: false }],
    });
  });

  it('gives a viewer that may only retrieve its storage contexts', () => {
    const viewer = { ...policy, device: { ...device, may: ['retrieve' as const] } };
    expect(
      results(
        [
          [CT, [EXPLICIT]],
          [SC, [EXPLICIT]],
        ],
        viewer,
        { roles: [[CT, 0, 1]] },
      ),
    ).toEqual([0, 1]);
  });
});

describe('an association', () => {
  const many = (count: number, id: (i: number) => number) =>
    Array.from({ length: count }, (_, i) => ({ id: id(i), abstractSyntax: SC, transferSyntaxes: [EXPLICIT] }));
  const code = (options: AssociateOptions, by: Policy = policy) => {
    const answer = ask([[VERIFICATION, [IMPLICIT]]], by, options);
    return answer.kind === 'rejected' ? answer.code : 'accepted';
  };

  it('may have 128 contexts and no more', () => {
    expect(code({ contexts: many(128, (i) => 2 * i + 1) })).toBe('accepted');
    expect(code({ contexts: many(129, (i) => (2 * i + 1) & 0xff) })).toBe('too-many-contexts');
  });

  it('has odd and distinct context ids', () => {
    expect(code({ contexts: many(3, () => 255) })).toBe('context-ids');
    expect(code({ contexts: many(2, (i) => i + 1) })).toBe('context-ids');
  });

  it('speaks our version of the protocol and the DICOM application context', () => {
    expect(code({ protocolVersion: 2 })).toBe('protocol-version');
    expect(code({ protocolVersion: 3 })).toBe('accepted');
    expect(code({ applicationContext: '1.2.3' })).toBe('application-context');
  });

  it('has a maximum length in which a message fits', () => {
    expect(code({ maximumLength: 7 })).toBe('maximum-length');
    expect(code({ maximumLength: 8 })).toBe('accepted');
    expect(code({ maximumLength: 0 })).toBe('accepted');
  });

  it('may call us by another title unless that is forbidden', () => {
    expect(code({ calledAe: 'OTHER' })).toBe('accepted');
    expect(code({ calledAe: 'OTHER' }, { ...policy, strictCalledAe: true })).toBe('called-ae');
  });

  it('of an unknown device is refused from public addresses, and everywhere for the strict', () => {
    expect(code({}, { ...unknown, privateAddress: false })).toBe('public-address');
    expect(code({}, { ...policy, privateAddress: false })).toBe('accepted');
    expect(code({}, { ...unknown, unknownDevices: 'reject' })).toBe('calling-ae');
  });
});

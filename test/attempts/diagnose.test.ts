import { describe, expect, it } from 'vitest';
import type { AttemptFacts, AttemptRequest } from '../../src/attempts/attempt.ts';
import { diagnose } from '../../src/attempts/diagnose.ts';
import { DIAGNOSIS_CODES, diagnosis } from '../../src/attempts/diagnoses.ts';
import { contextWith, factsWith, requestWith } from './facts.ts';

const asked = (request: Partial<AttemptRequest>, facts: Partial<AttemptFacts> = {}) =>
  factsWith({ request: requestWith(request), ...facts });
const mute = (facts: Partial<AttemptFacts>) => factsWith({ request: null, services: {}, ...facts });
const SHOWN = { subject: 'CN=ct', fingerprint: 'AA', pem: '', trusted: false };
const TLS = { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', certificate: null };

const CASES: [expected: string, facts: AttemptFacts][] = [
  ['ok', factsWith()],
  ['ok', factsWith({ ending: 'closed-by-peer' })],
  ['ok', factsWith({ ending: 'aborted-by-peer' })],
  ['ok', factsWith({ ending: 'idle' })],
  ['ok', factsWith({ services: {} })],
  ['unknown-device', asked({ approved: false })],
  ['unknown-device', asked({ approved: false, calledOurs: false })],
  ['unknown-device-rejected', asked({ approved: false, refusal: 'calling-ae' }, { ending: 'rejected' })],
  ['public-address', asked({ approved: false, refusal: 'public-address' }, { ending: 'rejected' })],
  ['not-permitted', asked({ contexts: [contextWith(0), contextWith(1)] })],
  ['not-permitted', asked({ contexts: [contextWith(1)] }, { ending: 'aborted-by-peer', services: {} })],
  ['wrong-called-ae', asked({ refusal: 'called-ae', calledOurs: false }, { ending: 'rejected' })],
  ['other-called-ae', asked({ calledOurs: false })],
  ['blank-ae', asked({ callingAe: '' })],
  ['blank-ae', asked({ callingAe: '', refusal: 'calling-ae' }, { ending: 'rejected' })],
  ['no-common-context', asked({ contexts: [contextWith(3), contextWith(4)] }, { services: {} })],
  ['no-common-context', asked({ contexts: [] }, { services: {} })],
  ['tls-on-plain-port', mute({ opening: 'tls', ending: 'protocol-violation' })],
  ['plain-on-tls-port', asked({ refusal: 'tls-only' }, { port: 'tls', ending: 'rejected' })],
  ['tls-only', asked({ refusal: 'tls-only' }, { ending: 'rejected' })],
  ['no-client-certificate', asked({ refusal: 'client-certificate' }, { port: 'tls', tls: TLS, ending: 'rejected' })],
  [
    'client-certificate',
    asked({ refusal: 'client-certificate' }, { port: 'tls', tls: { ...TLS, certificate: SHOWN }, ending: 'rejected' }),
  ],
  ['ok', asked({}, { port: 'tls', tls: TLS })],
  ['http', mute({ port: 'tls', tls: TLS, opening: 'http', ending: 'protocol-violation' })],
  ['half-open', mute({ port: 'tls', tls: TLS, opening: 'nothing', ending: 'no-request-in-time' })],
  ['timed-out', mute({ port: 'tls', opening: 'tls', ending: 'no-request-in-time' })],
  ['tls-failed', mute({ opening: 'tls', port: 'tls', ending: 'tls-failed' })],
  ['http', mute({ opening: 'http', ending: 'protocol-violation' })],
  ['garbage', mute({ opening: 'other', ending: 'protocol-violation' })],
  ['garbage', mute({ opening: 'other', ending: 'closed-by-peer' })],
  ['protocol-violation', mute({ opening: 'other-pdu', ending: 'protocol-violation' })],
  ['protocol-violation', factsWith({ ending: 'protocol-violation' })],
  ['malformed', mute({ ending: 'protocol-violation' })],
  ['malformed', asked({ refusal: 'context-ids' }, { ending: 'rejected' })],
  ['malformed', asked({ refusal: 'too-many-contexts' }, { ending: 'rejected' })],
  ['half-open', mute({ opening: 'nothing', ending: 'no-request-in-time' })],
  ['half-open', mute({ opening: 'nothing', ending: 'closed-by-peer' })],
  ['timed-out', mute({ ending: 'no-request-in-time' })],
  ['timed-out', factsWith({ ending: 'idle', unfinished: true })],
  ['timed-out', factsWith({ ending: 'stalled', unfinished: true })],
  ['aborted-by-peer', factsWith({ ending: 'aborted-by-peer', unfinished: true })],
  ['aborted-by-peer', factsWith({ ending: 'aborted-by-peer', services: {} })],
  ['connection-lost', factsWith({ ending: 'closed-by-peer', unfinished: true })],
  ['connection-lost', mute({ ending: 'closed-by-peer' })],
  ['over-limit', mute({ opening: 'nothing', ending: 'over-limit' })],
  ['over-limit', asked({ approved: false }, { ending: 'over-limit' })],
  ['shutdown', mute({ opening: 'nothing', ending: 'shutdown' })],
  ['shutdown', factsWith({ ending: 'shutdown', unfinished: true })],
  ['internal-error', factsWith({ ending: 'internal-error' })],
];

describe('diagnosis', () => {
  it.each(CASES)('%s', (expected, facts) => {
    expect(diagnose(facts)).toBe(expected);
  });

  it('has a case for every code of the table', () => {
    expect(new Set(CASES.map(([code]) => code))).toEqual(new Set(DIAGNOSIS_CODES));
  });

  it('tells staff in both languages what happened and what to do', () => {
    for (const code of DIAGNOSIS_CODES) {
      const { what, next } = diagnosis(code);
      for (const { ko, en } of [what, next]) {
        expect(ko).toMatch(/[가-힣].*\.$/);
        expect(en).toMatch(/^[A-Z].*\.$/);
      }
    }
  });
});

/** Facts of a connection for tests: an approved device that stored an image, unless said otherwise. */
import type { AttemptFacts, AttemptRequest } from '../../src/attempts/attempt.ts';

export function requestWith(request: Partial<AttemptRequest> = {}): AttemptRequest {
  return {
    callingAe: 'CT1',
    calledAe: 'CLINICPACS',
    implementationClassUid: '1.2.3.4',
    implementationVersion: 'TEST_1',
    contexts: [contextWith(0)],
    refusal: null,
    approved: true,
    calledOurs: true,
    ...request,
  };
}

export function contextWith(result: number | null) {
  return { id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'], result, accepted: '' };
}

export function factsWith(facts: Partial<AttemptFacts> = {}): AttemptFacts {
  return {
    at: '2026-03-01T00:00:00.000Z',
    address: '10.0.0.5',
    port: 'plain',
    opening: 'associate-request',
    request: requestWith(),
    services: { store: 1 },
    ending: 'released',
    unfinished: false,
    detail: '',
    ...facts,
  };
}

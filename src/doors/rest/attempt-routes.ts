/** 장비 연결 기록: what came to the DICOM ports and what became of it. */
import type { z } from 'zod';
import type { AttemptContext, AttemptTls } from '../../attempts/attempt.ts';
import type { Attempt } from '../../attempts/attempts.ts';
import { diagnosis } from '../../attempts/diagnoses.ts';
import { sopClassName } from '../../dicom/sop-classes.ts';
import { transferSyntax } from '../../dicom/transfer-syntaxes.ts';
import type { RestDeps, RestHandlers } from './deps.ts';
import { json, read } from './exchange.ts';
import { AttemptList, AttemptQuery, type AttemptView } from './schemas/devices.ts';

type AttemptRoutes = Pick<RestHandlers, 'GET /api/attempts'>;

const ROWS = 100;

export function attemptRoutes({ attempts }: RestDeps): AttemptRoutes {
  return {
    'GET /api/attempts': json(AttemptList, ({ request }) => {
      const { failed, limit = ROWS } = read(AttemptQuery, request.query);
      const wanted = attempts.list().filter(({ code }) => failed !== 'true' || diagnosis(code).level !== 'ok');
      return { attempts: wanted.slice(0, limit).map(attemptView) };
    }),
  };
}

function attemptView({ id, code, times, firstAt, lastAt, facts }: Attempt): z.input<typeof AttemptView> {
  const { level, approvable, what, next } = diagnosis(code);
  const { request, address, port, opening, tls = null, services, ending, detail } = facts;
  return {
    ...{ id, code, level, message: what, nextStep: next, approvable, times, firstAt, lastAt },
    ...{ address, port, opening, ending, detail, services },
    tls: tls && { ...tls, certificate: tls.certificate && certificateView(tls.certificate) },
    callingAe: request?.callingAe ?? null,
    calledAe: request?.calledAe ?? null,
    implementation:
      request === null ? null : { classUid: request.implementationClassUid, version: request.implementationVersion },
    contexts: (request?.contexts ?? []).map(contextView),
    refusal: request?.refusal ?? null,
  };
}

function certificateView({ subject, fingerprint, trusted }: NonNullable<AttemptTls['certificate']>) {
  return { subject, fingerprint, trusted };
}

function contextView({ id, abstractSyntax, transferSyntaxes, result, accepted }: AttemptContext) {
  return {
    id,
    abstractSyntax: { uid: abstractSyntax, name: sopClassName(abstractSyntax) ?? null },
    transferSyntaxes: transferSyntaxes.map(syntaxView),
    result,
    accepted: accepted === '' ? null : syntaxView(accepted),
  };
}

function syntaxView(uid: string) {
  return { uid, name: transferSyntax(uid)?.name ?? null };
}

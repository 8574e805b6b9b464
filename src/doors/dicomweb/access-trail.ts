/** What this door writes into the access log: who searched, opened, downloaded or stored which study. */
import type { Request, Response } from 'express';
import type { Identity } from '../../accounts/permissions.ts';
import type { AuditAction, AuditEvent } from '../../audit/record.ts';

export interface Recorder {
  record(event: AuditEvent): void;
}

const FOLDED_MS = 5 * 60_000;
const REMEMBERED = 10_000;

export class AccessTrail {
  readonly #recorder: Recorder;
  readonly #downloads = new Map<string, number>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** `matchedOn` are keywords, never values. */
  searched(request: Request, response: Response, level: string, matchedOn: readonly string[], matches: number): void {
    const detail = `${level} ${matchedOn.join(',') || '-'}: ${matches}`;
    this.#write(request, response, { action: 'query', detail });
  }

  /** Images or headers of a study were shown; the log folds repetitions within five minutes into one row. */
  opened(request: Request, response: Response, study: { studyInstanceUid: string; patientId: string }): void {
    const { studyInstanceUid, patientId } = study;
    this.#write(request, response, { action: 'study.open', studyInstanceUid, patientId });
  }

  /** Whole instances left the archive: one row for a user and study within five minutes. */
  downloaded(request: Request, response: Response, study: { studyInstanceUid: string; patientId: string }): void {
    const { studyInstanceUid, patientId } = study;
    const key = `${whoOf(response)}\n${addressOf(request)}\n${studyInstanceUid}`;
    const now = Date.now();
    if (now - (this.#downloads.get(key) ?? Number.NEGATIVE_INFINITY) < FOLDED_MS) return;
    this.#downloads.delete(key);
    this.#downloads.set(key, now);
    const [oldest] = this.#downloads.keys();
    if (this.#downloads.size > REMEMBERED && oldest !== undefined) this.#downloads.delete(oldest);
    this.#write(request, response, { action: 'download', studyInstanceUid, patientId });
  }

  stored(
    request: Request,
    response: Response,
    study: { studyInstanceUid: string; patientId: string; count: number },
  ): void {
    const { studyInstanceUid, patientId, count } = study;
    this.#write(request, response, { action: 'store', studyInstanceUid, patientId, detail: `STOW-RS ${count}` });
  }

  #write(
    request: Request,
    response: Response,
    event: { action: AuditAction; studyInstanceUid?: string; patientId?: string; detail?: string },
  ): void {
    const from = addressOf(request);
    this.#recorder.record({ who: whoOf(response), from, door: 'dicomweb', outcome: 'ok', ...event });
  }
}

/** The user behind the request; the server refuses requests without one. */
export function whoOf(response: Response): string {
  return (response.locals.identity as Identity | undefined)?.userName ?? '';
}

export function addressOf(request: Request): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** STOW-RS: instances in, through the archive's one way in (PS3.18 section 10.5). */
import type { Request } from 'express';
import type { Origin } from '../../archive/receive.ts';
import { ArchiveError } from '../../errors.ts';
import { addressOf, whoOf } from './access-trail.ts';
import { ClientGone, forbidCaching, pathParameter, sendBytes, serviceRoot } from './answer.ts';
import type { Door, Exchange } from './door.ts';
import { parseMediaType } from './media-range.ts';
import { MultipartReader } from './multipart-reader.ts';
import { negotiateJson } from './negotiate.ts';
import { stowMessage, stowStatus } from './stow-answer.ts';
import { type PartOutcome, StowPart } from './stow-part.ts';

const DICOM = 'application/dicom';
/** Parts whose flush may be under way while the next one arrives: the archive commits them together. */
const FLUSHING_AT_ONCE = 8;
/** After so many parts that are no DICOM at all the rest is not worth reading. */
const MAX_JUNK = 100;
const MAX_REST_BYTES = 64 << 20;

export async function storeInstances(door: Door, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const contentType = negotiateJson(exchange.accept, exchange.acceptParameter);
  const boundary = boundaryOf(request);
  const origin: Origin = {
    callingAe: 'STOW',
    peerAddress: addressOf(request),
    device: `user:${whoOf(response)}`,
    via: 'stow',
  };
  const intake = new Intake(() => new StowPart(door.archive, origin, pathParameter(request, 'study')));
  const outcomes = await (boundary === undefined ? wholeBody(request, intake) : parts(request, boundary, intake));
  record(door, exchange, outcomes);
  if (outcomes.every(isJunk)) throw new ArchiveError('REQUEST_INVALID', 'the request holds no DICOM instance');
  forbidCaching(response);
  response.status(stowStatus(outcomes));
  sendBytes(response, contentType, Buffer.from(JSON.stringify(stowMessage(outcomes, serviceRoot(request)))));
}

/** Boundary of the multipart body; undefined for a body that is one instance. @throws ArchiveError MEDIA_TYPE_UNSUPPORTED */
function boundaryOf(request: Request): string | undefined {
  const type = parseMediaType(request.get('content-type') ?? '');
  const encoding = (request.get('content-encoding') ?? 'identity').toLowerCase();
  if (encoding !== 'identity')
    throw new ArchiveError('MEDIA_TYPE_UNSUPPORTED', 'send the body without Content-Encoding');
  if (type?.type === DICOM) return undefined;
  const inner = (type?.parameters.get('type') ?? DICOM).toLowerCase();
  if (type?.type !== 'multipart/related' || inner !== DICOM) {
    throw new ArchiveError('MEDIA_TYPE_UNSUPPORTED', 'instances come as multipart/related; type="application/dicom"');
  }
  const boundary = type.parameters.get('boundary') ?? '';
  if (!/^[\x20-\x7e]{0,69}[\x21-\x7e]$/.test(boundary)) throw new ArchiveError('REQUEST_INVALID', 'no boundary');
  return boundary;
}

/** The parts of one request: one arrives, a few are being made durable. */
class Intake {
  readonly #newPart: () => StowPart;
  readonly #outcomes: Promise<PartOutcome>[] = [];
  #current: StowPart | undefined;
  #junk = 0;

  constructor(newPart: () => StowPart) {
    this.#newPart = newPart;
  }

  async write(chunk: Buffer): Promise<void> {
    this.#current ??= this.#newPart();
    await this.#current.write(chunk);
  }

  begin(): void {
    this.#current = this.#newPart();
  }

  /** @throws ArchiveError REQUEST_INVALID when there has been nothing but junk for long */
  async end(): Promise<void> {
    const part = this.#current ?? this.#newPart();
    this.#current = undefined;
    const outcome = part.end();
    this.#outcomes.push(outcome);
    await this.#outcomes[this.#outcomes.length - FLUSHING_AT_ONCE];
    if (this.#outcomes.length === this.#junk + 1 && isJunk(await outcome)) this.#junk++;
    if (this.#junk > MAX_JUNK) throw new ArchiveError('REQUEST_INVALID', 'the request holds no DICOM instance');
  }

  outcomes(): Promise<PartOutcome[]> {
    return Promise.all(this.#outcomes);
  }

  /** What has been complete stays; what was under way is dropped. */
  async abort(): Promise<void> {
    await this.#current?.abort();
    await this.outcomes();
  }
}

/** The body as it comes. Giving up half-way leaves the connection open, so that the reason can still be told. */
function bodyOf(request: Request): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}

/**
 * Reads on for a while after the request was found wanting: a connection that is closed over unread bytes is reset, and
 * the client would never see the answer.
 */
async function readRest(request: Request): Promise<void> {
  let length = 0;
  for await (const chunk of bodyOf(request)) {
    length += chunk.length;
    if (length > MAX_REST_BYTES) return;
  }
}

async function parts(request: Request, boundary: string, intake: Intake): Promise<PartOutcome[]> {
  const reader = new MultipartReader(boundary);
  try {
    for await (const chunk of bodyOf(request)) {
      for (const event of reader.read(chunk)) {
        if (event.kind === 'part') intake.begin();
        else if (event.kind === 'bytes') await intake.write(event.chunk);
        else await intake.end();
      }
    }
    reader.finish();
  } catch (error) {
    await intake.abort();
    if (error instanceof ArchiveError) await readRest(request).catch(() => undefined);
    throw brokenOff(error);
  }
  return intake.outcomes();
}

async function wholeBody(request: Request, intake: Intake): Promise<PartOutcome[]> {
  try {
    for await (const chunk of bodyOf(request)) await intake.write(chunk);
    await intake.end();
  } catch (error) {
    await intake.abort();
    if (error instanceof ArchiveError) await readRest(request).catch(() => undefined);
    throw brokenOff(error);
  }
  return intake.outcomes();
}

function brokenOff(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' ? new ClientGone() : error;
}

function isJunk(outcome: PartOutcome): boolean {
  return outcome.kind === 'failed' && outcome.sopInstanceUid === '' && outcome.code === 'DATA_SET_UNREADABLE';
}

/** One row for each study that something was stored into. */
function record(door: Door, { request, response }: Exchange, outcomes: readonly PartOutcome[]): void {
  const studies = new Map<string, { studyInstanceUid: string; patientId: string; count: number }>();
  for (const outcome of outcomes) {
    const stored = outcome.kind === 'failed' ? outcome.stored : outcome;
    if (!stored) continue;
    const { studyInstanceUid, patientId } = stored;
    const study = studies.get(studyInstanceUid) ?? { studyInstanceUid, patientId, count: 0 };
    study.count++;
    studies.set(studyInstanceUid, study);
  }
  for (const study of studies.values()) door.trail.stored(request, response, study);
}

/** The body of a render worker: one job at a time, each answered, whatever it throws. */
import { parentPort, type TransferListItem } from 'node:worker_threads';
import { ArchiveError } from '../errors.ts';
import { bulkValue } from './bulk.ts';
import { makeFrameBytes } from './frame-bytes.ts';
import { makeFrameTable } from './frame-table.ts';
import { readHeader } from './header.ts';
import { imageFacts } from './image-facts.ts';
import { withSource } from './instance-source.ts';
import type { JobName, Jobs, Reply, Request } from './jobs.ts';
import { metadataBatch } from './metadata.ts';
import { pixelValues } from './pixel-values.ts';
import { renderSizes } from './render.ts';
import { transcodeFrame, turnedRange } from './transcode-frame.ts';
import { makeTranscodePlan } from './transcode-plan.ts';

const port = parentPort;
if (!port) throw new Error('worker.ts runs in a worker thread only');

type Handlers = {
  [Name in JobName]: (input: Jobs[Name]['input']) => Jobs[Name]['output'] | Promise<Jobs[Name]['output']>;
};

const HANDLERS: Handlers = {
  metadata: ({ instances, root }) => metadataBatch(instances, root),
  frameTable: ({ file }) => withSource(file, (source) => makeFrameTable(source, readHeader(source))),
  frameBytes: ({ file, frames }) => makeFrameBytes(file, frames),
  bulk: ({ file, path }) => bulkValue(file, path),
  transcodePlan: ({ file, syntaxUid }) => makeTranscodePlan(file, syntaxUid),
  transcodeFrame,
  turnedRange: ({ file, start, end, unit }) => turnedRange(file, start, end, unit),
  imageFacts: ({ file, frame }) => imageFacts(file, frame),
  pixelValues: ({ file, frame, side }) => pixelValues(file, frame, side),
  render: ({ file, sopClassUid, options }) => renderSizes(file, sopClassUid, options),
};

port.on('message', async (request: Request | 'close') => {
  // The thread ends when nothing is left to do: an image library that is cut off in the middle may take the process along.
  if (request === 'close') return port.close();
  const reply = await answer(request);
  // Pictures lie in memory of the image library, which cannot be handed over.
  port.postMessage(reply, 'output' in reply && request.name !== 'render' ? transferable(reply.output) : []);
});

async function answer({ name, input }: Request): Promise<Reply> {
  try {
    const handler = HANDLERS[name] as (input: unknown) => unknown;
    return { output: await handler(input) };
  } catch (error) {
    if (error instanceof ArchiveError) return { error: { code: error.code, detail: error.detail, stack: '' } };
    const { message, stack } = error as Error;
    return { error: { detail: `${name}: ${message}`, stack: stack ?? '' } };
  }
}

/** Large buffers that own their memory are handed over instead of copied. */
function transferable(output: unknown): TransferListItem[] {
  const candidates = Array.isArray(output) ? output : Object.values(output as object);
  return candidates
    .filter((value): value is Uint8Array => value instanceof Uint8Array && value.byteLength > 65_536)
    .filter((value) => value.byteLength === value.buffer.byteLength)
    .map((value) => value.buffer as ArrayBuffer);
}

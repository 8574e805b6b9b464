/** The body of a render process: one job at a time, each answered, whatever it throws. */
import { writeFileSync } from 'node:fs';
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
import { spill } from './spill.ts';
import { frameIn, transcodeFrame, turnedRange } from './transcode-frame.ts';
import { makeTranscodePlan } from './transcode-plan.ts';

/** Where the file for large outputs is, when we were given one. */
const SPILL = process.argv[2] === 'spill' ? 3 : undefined;
/** Resident memory in bytes: image libraries and WASM keep what one large image has needed. */
const TIRED_BYTES = 1 << 28;

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
  frameIn,
  turnedRange: ({ file, start, end, unit }) => turnedRange(file, start, end, unit),
  imageFacts: ({ file, frame }) => imageFacts(file, frame),
  pixelValues: ({ file, frame, side }) => pixelValues(file, frame, side),
  render: ({ file, sopClassUid, options }) => renderSizes(file, sopClassUid, options),
};

dieFirst();
// Whoever ends the appliance lets it finish; we end with it, when the channel closes and nothing is left to do.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.on('message', async (request: Request) => {
  const reply = await answer(request);
  const sent = 'output' in reply && SPILL !== undefined ? { output: spill(reply.output, SPILL) } : reply;
  process.send?.(process.memoryUsage.rss() > TIRED_BYTES ? { ...sent, tired: true } : sent);
});

/** When memory runs out, the kernel shall end the process of one image, not the archive. */
function dieFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // not Linux
  }
}

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

/** Sends again what a fuzzer once found, or what somebody wrote down as worth sending. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPart10Head } from '../../src/dicom/part10.ts';
import type { Image } from './data-sets.ts';
import { runStream } from './run-stream.ts';
import type { Answer, WebPeer } from './web-peer.ts';

const FOLDER = join(import.meta.dirname, 'corpus');

/** Names of the corpus: `.pdus` are the bytes of a connection to the DICOM port, `.dcm` Part 10 files. */
export function corpus(kind: 'pdus' | 'dcm'): string[] {
  return readdirSync(FOLDER).filter((name) => name.endsWith(`.${kind}`));
}

/** What was still owed to the peer at the end; null when nothing was. */
export async function replayStream(name: string, port: number): Promise<string | null> {
  const pieces = [readFileSync(join(FOLDER, name))];
  return (await runStream(port, { pieces, pauseMs: 0, ending: 'wait', answers: 'success' })).unanswered;
}

/** The answers to storing the image and to looking at what was kept of it. */
export async function replayImage(name: string, web: WebPeer): Promise<Answer[]> {
  const bytes = readFileSync(join(FOLDER, name));
  const head = readPart10Head(bytes);
  if (head === undefined) throw new Error(`${name} is not a Part 10 file`);
  const image: Image = {
    dataSet: bytes.subarray(head.dataSetOffset),
    transferSyntaxUid: head.transferSyntaxUid,
    sopClassUid: head.sopClassUid,
    sopInstanceUid: head.sopInstanceUid,
    studyInstanceUid: '1.2.826.0.1.3680043.9.7777.1',
    origin: name,
  };
  const answers = [await web.store(image)];
  for (const [, answer] of await web.look(image)) answers.push(answer);
  return answers;
}

/** Sending images as a modality does: DCMTK's storescu, or where it is missing a small sender of our own. */
import { join } from 'node:path';
import { findProgram, runProgram } from './programs.ts';
import { CALLING_AE, type Target } from './target.ts';

const storescu = findProgram('storescu');
const OWN_SENDER = join(import.meta.dirname, 'own-sender.ts');

export const senderName = storescu === undefined ? 'own sender' : 'storescu';

/** One association, one process. Nagle's algorithm is off: with it the sender's own wait would be measured. */
export function send(target: Target, files: readonly string[]): Promise<void> {
  const [host, port] = ['127.0.0.1', String(target.dicomPort)];
  if (storescu === undefined) return runProgram(process.execPath, [OWN_SENDER, target.aeTitle, port, ...files]);
  const titles = ['-aet', CALLING_AE, '-aec', target.aeTitle, '-pdu', '131072'];
  return runProgram(storescu, [...titles, host, port, ...files], { TCP_NODELAY: '1' });
}

/** Several associations at once; whole studies stay together where there are enough of them. */
export async function sendOnSeveral(target: Target, studies: readonly (readonly string[])[], n: number): Promise<void> {
  const parts: string[][] = Array.from({ length: n }, () => []);
  const pieces = studies.length >= n ? studies : studies.flat().map((file) => [file]);
  pieces.forEach((piece, index) => {
    parts[index % n]?.push(...piece);
  });
  await Promise.all(parts.filter((part) => part.length > 0).map((part) => send(target, part)));
}

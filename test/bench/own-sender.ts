/** C-STORE of the given files on one association: `own-sender.ts CALLED_AE PORT FILE…`. Ends with 1 when one is refused. */
import { readFileSync } from 'node:fs';
import { readPart10Head } from '../../src/dicom/part10.ts';
import { DimseClient, status } from '../support/dimse-client.ts';
import { CALLING_AE } from './target.ts';

const [calledAe = '', port = '', ...files] = process.argv.slice(2);
const first = headOf(readFileSync(files[0] as string));
const client = await DimseClient.associate({
  port: Number(port),
  calledAe,
  callingAe: CALLING_AE,
  contexts: [[first.sopClassUid, [first.transferSyntaxUid]]],
});
for (const path of files) {
  const file = readFileSync(path);
  const { dataSetOffset, sopClassUid, sopInstanceUid } = headOf(file);
  const answer = await client.store({ sopClassUid, sopInstanceUid, dataSet: file.subarray(dataSetOffset) });
  if (status(answer) !== 0) process.exitCode = 1;
}
await client.release();

function headOf(file: Buffer) {
  const head = readPart10Head(file);
  if (head === undefined) throw new Error('not a DICOM file');
  return head;
}

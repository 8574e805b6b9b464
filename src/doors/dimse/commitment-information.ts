/** Encodes the Event Information of a storage commitment report; a long one in slices, so that nobody else has to wait. */
import { setImmediate as turn } from 'node:timers/promises';
import type { CommitmentReport } from '../../commitment/commitments.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import { encodeDataSet } from '../../dicom/encode-data-set.ts';
import { commitmentReportJson } from '../../dicom/storage-commitment.ts';
import { transferSyntax } from '../../dicom/transfer-syntaxes.ts';

/** Items that are encoded in one go. */
const SLICE = 200;

export async function encodeReport(
  { transactionUid, results }: Pick<CommitmentReport, 'transactionUid' | 'results'>,
  syntaxUid: string,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  // The tags of the report are in ascending order.
  for (const [tag, element] of Object.entries(commitmentReportJson(transactionUid, results))) {
    const { vr, Value: values = [] } = element as NonNullable<typeof element>;
    if (values.length <= SLICE) parts.push(encodeDataSet({ [tag]: { vr, Value: values } }, syntaxUid, []));
    else parts.push(await encodeSequence(tag, values as DicomJson[], syntaxUid));
  }
  return Buffer.concat(parts);
}

async function encodeSequence(tag: string, items: readonly DicomJson[], syntaxUid: string): Promise<Buffer> {
  const { explicitVr = true, bigEndian = false } = transferSyntax(syntaxUid) ?? {};
  const headerBytes = explicitVr ? 12 : 8;
  const slices: Buffer[] = [];
  for (let at = 0; at < items.length; at += SLICE) {
    const value = { vr: 'SQ', Value: items.slice(at, at + SLICE) };
    slices.push(encodeDataSet({ [tag]: value }, syntaxUid, []));
    await turn();
  }
  const header = Buffer.from((slices[0] as Buffer).subarray(0, headerBytes));
  const length = slices.reduce((sum, slice) => sum + slice.length - headerBytes, 0);
  if (bigEndian) header.writeUInt32BE(length, headerBytes - 4);
  else header.writeUInt32LE(length, headerBytes - 4);
  return Buffer.concat([header, ...slices.map((slice) => slice.subarray(headerBytes))]);
}

/** What a modality does with N-CREATE and N-SET, and performed steps as it would report them. */
import type { DicomJson } from '../../src/dicom/dicom-json.ts';
import { encodeDataSet } from '../../src/dicom/encode-data-set.ts';
import { command, IMPLICIT, message } from './dimse-bytes.ts';
import { type DimseClient, type Message, status } from './dimse-client.ts';

export const MPPS = '1.2.840.10008.3.1.2.3.3';
export const N_CREATE = 0x140;
export const N_SET = 0x120;

export async function report(
  client: DimseClient,
  field: number,
  sopInstanceUid: string,
  dataSet: Buffer | null,
): Promise<{ status: number; answer: Message }> {
  const isNew = field === N_CREATE;
  const elements: Record<number, number | string> = {
    [isNew ? 2 : 3]: MPPS,
    256: field,
    272: client.nextId(),
    2048: dataSet === null ? 0x101 : 1,
  };
  if (sopInstanceUid !== '') elements[isNew ? 0x1000 : 0x1001] = sopInstanceUid;
  client.connection.send(message(client.contextId(MPPS), command(elements), dataSet));
  const answer = await client.message();
  return { status: status(answer), answer };
}

interface Ordered {
  patientId: string;
  studyInstanceUid: string;
  scheduledProcedureStepId: string;
  accessionNumber: string;
}

/** A step in progress with everything that its creation needs; `changes` in place of that. */
export function newStep(order: Ordered, changes: DicomJson = {}): Buffer {
  const reference: DicomJson = {
    '00080050': { vr: 'SH', Value: [order.accessionNumber] },
    '0020000D': { vr: 'UI', Value: [order.studyInstanceUid] },
    '00400009': { vr: 'SH', Value: [order.scheduledProcedureStepId] },
  };
  const step: DicomJson = {
    '00080060': { vr: 'CS', Value: ['DX'] },
    '00100020': { vr: 'LO', Value: [order.patientId] },
    '00400241': { vr: 'AE', Value: ['XR1'] },
    '00400244': { vr: 'DA', Value: ['20261124'] },
    '00400245': { vr: 'TM', Value: ['101010'] },
    '00400252': { vr: 'CS', Value: ['IN PROGRESS'] },
    '00400253': { vr: 'SH', Value: ['1'] },
    '00400270': { vr: 'SQ', Value: [reference] },
  };
  return dataSetOf({ ...step, ...changes });
}

export function stepStatus(value: string, changes: DicomJson = {}): Buffer {
  return dataSetOf({ '00400252': { vr: 'CS', Value: [value] }, ...changes });
}

export function dataSetOf(json: DicomJson): Buffer {
  return encodeDataSet(json, IMPLICIT, []);
}

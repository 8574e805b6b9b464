/** Storage commitment as a modality speaks it: asking, and taking the report on the same association or on its own port. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type DataSet, itemsOf, number, text } from '../../src/dicom/data-set.ts';
import type { DicomJson } from '../../src/dicom/dicom-json.ts';
import { encodeDataSet } from '../../src/dicom/encode-data-set.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import { command, IMPLICIT, item, message, pdu, readImplicit } from './dimse-bytes.ts';
import { type DimseClient, type Message, us } from './dimse-client.ts';
import { pdvs } from './upper-layer-reader.ts';

export const COMMITMENT = '1.2.840.10008.1.20.1';
export const COMMITMENT_INSTANCE = '1.2.840.10008.1.20.1.1';
export const N_ACTION = 0x130;
export const N_EVENT_REPORT = 0x100;

export interface Reference {
  sopClassUid: string;
  sopInstanceUid: string;
}

export interface Report {
  eventTypeId: number;
  transactionUid: string;
  committed: string[];
  /** SOP Instance UID and Failure Reason. */
  failed: [string, number][];
  calledAe: string;
  callingAe: string;
}

export function actionInformation(transactionUid: string, references: readonly Reference[]): Buffer {
  const items = references.map(
    ({ sopClassUid, sopInstanceUid }): DicomJson => ({
      '00081150': { vr: 'UI', Value: [sopClassUid] },
      '00081155': { vr: 'UI', Value: [sopInstanceUid] },
    }),
  );
  const json = { '00081195': { vr: 'UI', Value: [transactionUid] }, '00081199': { vr: 'SQ', Value: items } };
  return encodeDataSet(json, IMPLICIT, []);
}

/** N-ACTION; returns its response. @param changes elements of the command set in place of the right ones */
export async function requestCommitment(
  client: DimseClient,
  dataSet: Buffer | null,
  changes: Record<number, number | string> = {},
): Promise<Message> {
  const elements = {
    3: COMMITMENT,
    256: N_ACTION,
    272: client.nextId(),
    2048: dataSet === null ? 0x101 : 1,
    4097: COMMITMENT_INSTANCE,
    4104: 1,
    ...changes,
  };
  client.connection.send(message(client.contextId(COMMITMENT), command(elements), dataSet));
  return client.message();
}

export async function commit(
  client: DimseClient,
  transactionUid: string,
  references: readonly Reference[],
): Promise<number> {
  return us(await requestCommitment(client, actionInformation(transactionUid, references)), '00000900');
}

/** The report that comes on the association on which it was asked for; answered with the status unless that is null. */
export async function takeReport(client: DimseClient, status: number | null = 0): Promise<Report> {
  const asked = await client.message();
  if (us(asked, '00000100') !== N_EVENT_REPORT) throw new Error('not an N-EVENT-REPORT');
  if (status !== null) client.connection.send(message(asked.contextId, reportResponse(asked.command, status), null));
  return reportOf(asked.command, asked.dataSet as Buffer);
}

function reportResponse(asked: Record<string, Buffer>, status: number): Buffer {
  const [messageId, eventTypeId] = [asked['00000110'], asked['00001002']].map((bytes) => bytes?.readUInt16LE(0) ?? 0);
  return command({
    2: COMMITMENT,
    256: 0x8100,
    288: messageId as number,
    2048: 0x101,
    2304: status,
    4096: COMMITMENT_INSTANCE,
    4098: eventTypeId as number,
  });
}

function reportOf(asked: Record<string, Buffer>, dataSet: Buffer, calledAe = '', callingAe = ''): Report {
  const information = readDataSet(dataSet, IMPLICIT);
  const instance = (one: DataSet) => text(one, 0x00081155);
  return {
    eventTypeId: asked['00001002']?.readUInt16LE(0) ?? -1,
    transactionUid: text(information, 0x00081195),
    committed: itemsOf(information, 0x00081199).map(instance),
    failed: itemsOf(information, 0x00081198).map((one) => [instance(one), number(one, 0x00081197) ?? -1]),
    calledAe,
    callingAe,
  };
}

export interface ReportReceiver {
  readonly port: number;
  readonly reports: Report[];
  readonly associations: () => number;
  /** Role selections that were proposed: [SOP class, SCU, SCP]. */
  readonly roles: [string, number, number][];
  close(): Promise<void>;
}

/** A device that takes reports on its own port. @param answer status, or null: the line is cut instead */
export async function startReportReceiver(
  answer: (report: Report, number: number) => number | null = () => 0,
  port = 0,
): Promise<ReportReceiver> {
  const reports: Report[] = [];
  const peer = await startCommitmentPeer(({ contextId, command: asked, dataSet, socket, titles }) => {
    const report = reportOf(asked, dataSet, ...titles);
    reports.push(report);
    const status = answer(report, reports.length);
    if (status === null) socket.destroy();
    else socket.write(message(contextId, reportResponse(asked, status), null));
  }, port);
  return { ...peer, reports };
}

export interface PeerMessage {
  contextId: number;
  command: Record<string, Buffer>;
  /** Empty when there is none. */
  dataSet: Buffer;
  socket: Socket;
  /** Called and calling AE. */
  titles: [string, string];
}

/** A device that accepts every association, and takes whatever comes on it. */
export async function startCommitmentPeer(
  take: (message: PeerMessage) => void,
  port = 0,
): Promise<Omit<ReportReceiver, 'reports'>> {
  const roles: [string, number, number][] = [];
  const sockets = new Set<Socket>();
  let associations = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    associations++;
    takeMessages(socket, roles, take);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    roles,
    associations: () => associations,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function takeMessages(socket: Socket, roles: [string, number, number][], take: (message: PeerMessage) => void): void {
  let titles: [string, string] = ['', ''];
  let command: Record<string, Buffer> = {};
  let parts: Buffer[] = [];
  const slice = (contextId: number, control: number, value: Buffer) => {
    const isCommand = (control & 1) !== 0;
    if (isCommand) command = readImplicit(value);
    else parts.push(value);
    const awaitsDataSet = isCommand && command['00000800']?.readUInt16LE(0) !== 0x101;
    if ((control & 2) === 0 || awaitsDataSet) return;
    const dataSet = Buffer.concat(parts);
    parts = [];
    take({ contextId, command, dataSet, socket, titles });
  };
  eachPdu(socket, (type, body) => {
    if (type === 1) {
      titles = [4, 20].map((at) => body.toString('latin1', at, at + 16).trim()) as [string, string];
      socket.write(acceptance(body, roles));
    } else if (type === 5) socket.end(pdu(6, Buffer.alloc(4)));
    else if (type === 4) for (const { contextId, control, value } of pdvs(body)) slice(contextId, control, value);
  });
}

/** Transaction UID and SOP Instance UIDs of an N-ACTION. */
export function askedFor(
  dataSet: Buffer,
  transferSyntax = IMPLICIT,
): { transactionUid: string; references: Reference[] } {
  const information = readDataSet(dataSet, transferSyntax);
  const references = itemsOf(information, 0x00081199).map((one) => ({
    sopClassUid: text(one, 0x00081150),
    sopInstanceUid: text(one, 0x00081155),
  }));
  return { transactionUid: text(information, 0x00081195), references };
}

export function actionResponse(asked: Record<string, Buffer>, status: number): Buffer {
  const messageId = asked['00000110']?.readUInt16LE(0) ?? 0;
  return command({
    2: COMMITMENT,
    256: 0x8130,
    288: messageId,
    2048: 0x101,
    2304: status,
    4096: COMMITMENT_INSTANCE,
    4104: 1,
  });
}

/** A whole N-EVENT-REPORT-RQ: its command set and its data set. */
export function eventReport(
  transactionUid: string,
  committed: readonly Reference[],
  failed: readonly (readonly [Reference, number])[] = [],
  eventTypeId = failed.length > 0 ? 2 : 1,
): { command: Buffer; dataSet: Buffer } {
  const itemOf = ({ sopClassUid, sopInstanceUid }: Reference): DicomJson => ({
    '00081150': { vr: 'UI', Value: [sopClassUid] },
    '00081155': { vr: 'UI', Value: [sopInstanceUid] },
  });
  const failures = failed.map(
    ([reference, reason]): DicomJson => ({ ...itemOf(reference), '00081197': { vr: 'US', Value: [reason] } }),
  );
  const json: DicomJson = {
    '00081195': { vr: 'UI', Value: [transactionUid] },
    '00081198': { vr: 'SQ', Value: failures },
    '00081199': { vr: 'SQ', Value: committed.map(itemOf) },
  };
  const elements = { 2: COMMITMENT, 256: N_EVENT_REPORT, 272: 77, 2048: 1, 4096: COMMITMENT_INSTANCE };
  return { command: command({ ...elements, 4098: eventTypeId }), dataSet: encodeDataSet(json, IMPLICIT, []) };
}

function eachPdu(socket: Socket, on: (type: number, body: Buffer) => void): void {
  let waiting = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 6 && waiting.length >= 6 + waiting.readUInt32BE(2)) {
      const end = 6 + waiting.readUInt32BE(2);
      const [type, body] = [waiting[0] as number, waiting.subarray(6, end)];
      waiting = waiting.subarray(end);
      on(type, body);
    }
  });
}

/** Accepts every context in implicit VR and every role that is proposed. */
function acceptance(request: Buffer, roles: [string, number, number][]): Buffer {
  const answers: Buffer[] = [];
  const user = [item(0x51, Buffer.from([0, 0, 0x40, 0])), item(0x52, '1.2.3.4')];
  for (const { type, value } of items(request.subarray(68))) {
    if (type === 0x20)
      answers.push(item(0x21, Buffer.concat([Buffer.from([value[0] as number, 0, 0, 0]), item(0x40, IMPLICIT)])));
    if (type !== 0x50) continue;
    for (const sub of items(value)) {
      if (sub.type !== 0x54) continue;
      const length = sub.value.readUInt16BE(0);
      const sopClass = sub.value.toString('latin1', 2, 2 + length);
      roles.push([sopClass, sub.value[2 + length] as number, sub.value[3 + length] as number]);
      user.push(item(0x54, sub.value));
    }
  }
  const parts = [request.subarray(0, 68), item(0x10, '1.2.840.10008.3.1.1.1'), ...answers];
  return pdu(2, Buffer.concat([...parts, item(0x50, Buffer.concat(user))]));
}

function* items(bytes: Buffer): Generator<{ type: number; value: Buffer }> {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    yield { type: bytes[at] as number, value: bytes.subarray(at + 4, end) };
    at = end;
  }
}

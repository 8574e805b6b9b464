/** A large object to the appliance and back without ever being in memory as a whole: C-STORE, C-GET, WADO-RS. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { PduReader } from '../../src/doors/dimse/upper-layer/pdu-reader.ts';
import { ADMIN_PASSWORD } from '../support/appliance.ts';
import {
  command,
  IMPLICIT,
  identifier,
  message,
  pdu,
  pdv,
  readImplicit,
  STUDY_ROOT_GET,
} from '../support/dimse-bytes.ts';
import { DimseClient, status } from '../support/dimse-client.ts';
import type { LargeObject } from './large-object.ts';

/** Returns the status of the C-STORE response. */
export async function storeLarge(port: number, object: LargeObject): Promise<number> {
  const contexts = [[object.sopClassUid, [object.transferSyntaxUid]]] as const;
  const client = await DimseClient.associate({ port, contexts });
  const { socket } = client.connection;
  socket.write(pdu(4, pdv(1, 3, client.storeCommand(object))));
  let left = object.length;
  for (const piece of object.pieces()) {
    left -= piece.length;
    if (!socket.write(pdu(4, pdv(1, left === 0 ? 2 : 0, piece)))) await once(socket, 'drain');
  }
  const answer = status(await client.message());
  await client.release();
  return answer;
}

/** Returns the SHA-256 of the data set that C-GET brings. */
export async function getLarge(port: number, object: LargeObject): Promise<string> {
  const client = await DimseClient.associate({
    port,
    callingAe: 'VIEWER',
    contexts: [
      [STUDY_ROOT_GET, [IMPLICIT]],
      [object.sopClassUid, [object.transferSyntaxUid]],
    ],
    roles: [[object.sopClassUid, 0, 1]],
  });
  const keys = identifier({ '00080052': 'STUDY', '0020000D': object.studyInstanceUid });
  const get = command({ 2: STUDY_ROOT_GET, 256: 0x10, 272: 1, 1792: 0, 2048: 1 });
  const receiver = new Receiver(client);
  client.connection.send(message(1, get, keys));
  const sha256 = await receiver.whole();
  await client.release();
  return sha256;
}

/** The SCP side of a C-GET that hashes what comes, straight from the socket. */
class Receiver {
  readonly #client: DimseClient;
  readonly #hash = createHash('sha256');
  readonly #finished = Promise.withResolvers<string>();
  #command: Buffer[] = [];
  #elements: Record<string, Buffer> = {};

  constructor(client: DimseClient) {
    this.#client = client;
    const { socket } = client.connection;
    const reader = new PduReader({
      pduStarts() {},
      controlPdu: (type) => this.#finished.reject(new Error(`PDU ${type} in the middle of a retrieval`)),
      fragment: (_, control, slice, end) => this.#fragment(control, slice, end),
    });
    const take = (chunk: Buffer) => reader.push(chunk);
    const others = socket.listeners('data');
    socket.removeAllListeners('data');
    socket.on('data', take);
    socket.once('close', () => this.#finished.reject(new Error('closed in the middle of a retrieval')));
    void this.#finished.promise
      .catch(() => undefined)
      .then(() => {
        socket.off('data', take);
        for (const other of others) socket.on('data', other as (chunk: Buffer) => void);
      });
  }

  whole(): Promise<string> {
    return this.#finished.promise;
  }

  #fragment(control: number, slice: Buffer, end: boolean): void {
    const last = end && (control & 2) !== 0;
    if ((control & 1) !== 0) this.#commandFragment(slice, last);
    else {
      this.#hash.update(slice);
      if (last) this.#stored();
    }
  }

  #commandFragment(slice: Buffer, last: boolean): void {
    this.#command.push(Buffer.from(slice));
    if (!last) return;
    this.#elements = readImplicit(Buffer.concat(this.#command));
    this.#command = [];
    const field = this.#elements['00000100']?.readUInt16LE(0);
    const given = this.#elements['00000900']?.readUInt16LE(0);
    if (field !== 0x8010 || given === 0xff00) return;
    if (given === 0) this.#finished.resolve(this.#hash.digest('hex'));
    else this.#finished.reject(new Error(`C-GET answered ${given?.toString(16)}`));
  }

  #stored(): void {
    this.#client.answerStore({ contextId: 3, command: this.#elements, dataSet: null }, 0);
  }
}

/** Returns the SHA-256 of the data set in the answer of WADO-RS. */
export async function wadoLarge(httpUrl: string, object: LargeObject): Promise<string> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = object;
  const path = `/dicom-web/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
  const authorization = `Basic ${Buffer.from(`admin:${ADMIN_PASSWORD}`).toString('base64')}`;
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  const asked = request(httpUrl + path, { agent: false, headers: { authorization, accept } });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`WADO-RS answered ${response.statusCode}`);
  const hash = createHash('sha256');
  let head: Buffer | null = Buffer.alloc(0);
  let left = object.length;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    let part = chunk;
    if (head !== null) {
      head = Buffer.concat([head, chunk]);
      const begin = dataSetOffset(head);
      if (begin === undefined) continue;
      part = head.subarray(begin);
      head = null;
    }
    hash.update(part.subarray(0, left));
    left = Math.max(0, left - part.length);
  }
  return left === 0 ? hash.digest('hex') : `${left} bytes are missing`;
}

/** Behind the header of the part and the meta group of the file (PS3.10 section 7.1); undefined: more is needed. */
function dataSetOffset(bytes: Buffer): number | undefined {
  const prefix = bytes.indexOf('DICM');
  if (prefix < 0 || bytes.length < prefix + 16) return undefined;
  const offset = prefix + 16 + bytes.readUInt32LE(prefix + 12);
  return bytes.length >= offset ? offset : undefined;
}

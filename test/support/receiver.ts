/** A storage receiver made by hand, which can do everything wrong: accepts associations and answers as it is told. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { command, item, message, pdu, readImplicit } from './dimse-bytes.ts';
import { pdvs } from './upper-layer-reader.ts';

export interface ReceivedStore {
  readonly contextId: number;
  /** By upper case hex tag. */
  readonly command: Record<string, Buffer>;
  /** From 1, over all associations. */
  readonly number: number;
  readonly dataSet: Buffer;
  readonly socket: Socket;
}

export interface ReceiverBehaviour {
  /** The A-ASSOCIATE answer; default: every context, with its first transfer syntax. */
  readonly associate?: (request: Buffer, socket: Socket) => Buffer | null;
  /** Which transfer syntaxes are taken; default: all. */
  readonly takes?: (transferSyntax: string) => boolean;
  /** Called with every slice of a data set: the place to cut the line. */
  readonly slice?: (socket: Socket, number: number) => void;
  /** Status of the C-STORE response; null: says nothing. */
  readonly answer?: (store: ReceivedStore) => number | null;
  readonly maximumLength?: number;
  readonly answersRelease?: boolean;
}

export interface Receiver {
  /** From now on, for new associations; what came before is forgotten. */
  behave(behaviour: ReceiverBehaviour): void;
  readonly port: number;
  readonly stores: ReceivedStore[];
  readonly associations: () => number;
  readonly open: () => number;
  readonly largestPdu: () => number;
  close(): Promise<void>;
}

/** @param tls given: it speaks TLS */
export async function startReceiver(given: ReceiverBehaviour = {}, tls?: TlsOptions): Promise<Receiver> {
  let behaviour = given;
  const stores: ReceivedStore[] = [];
  const sockets = new Set<Socket>();
  let associations = 0;
  let largest = 0;
  const greet = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    associations++;
    receive(socket, behaviour, stores, (length) => {
      largest = Math.max(largest, length);
    });
  };
  const server = tls === undefined ? createServer(greet) : createTlsServer(tls, greet);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    behave(next) {
      behaviour = next;
      stores.length = 0;
      associations = 0;
      largest = 0;
    },
    port: (server.address() as AddressInfo).port,
    stores,
    associations: () => associations,
    open: () => sockets.size,
    largestPdu: () => largest,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function receive(
  socket: Socket,
  behaviour: ReceiverBehaviour,
  stores: ReceivedStore[],
  sized: (length: number) => void,
): void {
  let waiting = Buffer.alloc(0);
  let underWay: { contextId: number; command: Record<string, Buffer>; parts: Buffer[] } | null = null;
  const onPdu = (type: number, body: Buffer) => {
    if (type === 1) {
      const answer = (behaviour.associate ?? ((request) => accept(request, behaviour)))(body, socket);
      if (answer !== null) socket.write(answer);
    } else if (type === 5 && behaviour.answersRelease !== false) socket.end(pdu(6, Buffer.alloc(4)));
    else if (type === 4) for (const pdv of pdvs(body)) onPdv(pdv);
  };
  const onPdv = ({ contextId, control, value }: { contextId: number; control: number; value: Buffer }) => {
    if ((control & 1) !== 0) underWay = { contextId, command: readImplicit(value), parts: [] };
    else if (underWay !== null) {
      underWay.parts.push(value);
      behaviour.slice?.(socket, stores.length + 1);
      if ((control & 2) === 0) return;
      const { parts, ...what } = underWay;
      const store = { ...what, number: stores.length + 1, dataSet: Buffer.concat(parts), socket };
      stores.push(store);
      const status = (behaviour.answer ?? (() => 0))(store);
      if (status !== null && !socket.destroyed) socket.write(storeResponse(store, status));
    }
  };
  socket.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 6 && waiting.length >= 6 + waiting.readUInt32BE(2)) {
      const end = 6 + waiting.readUInt32BE(2);
      const [type, body] = [waiting[0] as number, waiting.subarray(6, end)];
      waiting = waiting.subarray(end);
      if (type === 4) sized(body.length);
      onPdu(type, body);
    }
  });
}

export function storeResponse({ contextId, command: request }: ReceivedStore, status: number): Buffer {
  const response = command({
    256: 0x8001,
    288: request['00000110']?.readUInt16LE(0) ?? 0,
    2048: 0x101,
    2304: status,
  });
  return message(contextId, response, null);
}

/** The A-ASSOCIATE-AC that takes every context. */
export function accept(request: Buffer, { takes = () => true, maximumLength = 16384 }: ReceiverBehaviour): Buffer {
  const maximum = Buffer.alloc(4);
  maximum.writeUInt32BE(maximumLength);
  const answers: Buffer[] = [];
  for (const { type, value } of items(request.subarray(68))) {
    if (type !== 0x20) continue;
    const syntaxes = [...items(value.subarray(4))]
      .filter((one) => one.type === 0x40)
      .map((one) => one.value.toString());
    const taken = syntaxes.find(takes);
    const head = Buffer.from([value[0] as number, 0, taken === undefined ? 4 : 0, 0]);
    answers.push(item(0x21, Buffer.concat([head, item(0x40, taken ?? '1.2.840.10008.1.2')])));
  }
  const user = item(0x50, Buffer.concat([item(0x51, maximum), item(0x52, '1.2.3.4')]));
  return pdu(2, Buffer.concat([request.subarray(0, 68), item(0x10, '1.2.840.10008.3.1.1.1'), ...answers, user]));
}

function* items(bytes: Buffer): Generator<{ type: number; value: Buffer }> {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    yield { type: bytes[at] as number, value: bytes.subarray(at + 4, end) };
    at = end;
  }
}

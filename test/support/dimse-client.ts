/** A small DICOM client for tests and measurements: what a modality or a viewer does, without the appliance's own code. */
import type { ConnectionOptions } from 'node:tls';
import {
  type AssociateOptions,
  associateRq,
  command,
  dataPdus,
  IMPLICIT,
  message,
  type ProposedContext,
  pdu,
  pdv,
  readImplicit,
  STUDY_ROOT_FIND,
  STUDY_ROOT_GET,
  STUDY_ROOT_MOVE,
  VERIFICATION,
} from './dimse-bytes.ts';
import { RawConnection } from './raw-connection.ts';
import { type AcceptedAssociation, pdvs, readAccept } from './upper-layer-reader.ts';

export interface ClientOptions extends Omit<AssociateOptions, 'contexts'> {
  port: number;
  host?: string;
  tls?: ConnectionOptions;
  /** Abstract syntax and its transfer syntaxes; ids are 1, 3, 5, … */
  contexts: readonly (readonly [string, readonly string[]])[];
}

export interface Message {
  contextId: number;
  /** By upper case hex tag. */
  command: Record<string, Buffer>;
  dataSet: Buffer | null;
}

/** The association was not accepted. */
export class NotAccepted extends Error {
  readonly pdu: { type: number; body: Buffer } | null;

  constructor(answer: { type: number; body: Buffer } | null) {
    super(answer === null ? 'closed' : `answered by PDU ${answer.type} [${[...answer.body].join(' ')}]`);
    this.pdu = answer;
  }
}

export interface StoreRequest {
  sopClassUid: string;
  sopInstanceUid: string;
  transferSyntaxUid?: string;
  dataSet: Buffer;
}

export interface FindResult {
  status: number;
  pendingStatuses: number[];
  dataSets: Buffer[];
  final: Message;
}

export interface ReceivedInstance {
  sopClassUid: string;
  sopInstanceUid: string;
  transferSyntaxUid: string;
  dataSet: Buffer;
}

export interface GetResult {
  status: number;
  instances: ReceivedInstance[];
  pending: Message[];
  final: Message;
}

/** For `ClientOptions.contexts`. */
export const VERIFICATION_CONTEXT = [VERIFICATION, [IMPLICIT]] as const;

export interface MoveResult {
  status: number;
  pending: Message[];
  final: Message;
}

export const status = (of: Message) => us(of, '00000900');
export const us = (of: Message, hex: string): number => of.command[hex]?.readUInt16LE(0) ?? -1;
export const uid = (of: Message, hex: string): string =>
  (of.command[hex]?.toString('latin1') ?? '').replace(/[\0 ]+$/, '');

export class DimseClient {
  readonly connection: RawConnection;
  readonly accepted: AcceptedAssociation;
  readonly proposed: readonly ProposedContext[];
  #messageId = 0;

  private constructor(connection: RawConnection, accepted: AcceptedAssociation, proposed: readonly ProposedContext[]) {
    this.connection = connection;
    this.accepted = accepted;
    this.proposed = proposed;
  }

  /** Throws NotAccepted. */
  static async associate(options: ClientOptions): Promise<DimseClient> {
    const proposed = options.contexts.map(([abstractSyntax, transferSyntaxes], index) => ({
      id: index * 2 + 1,
      abstractSyntax,
      transferSyntaxes,
    }));
    const connection = await RawConnection.open(options.port, options.host, options.tls);
    connection.send(associateRq({ ...options, contexts: proposed }));
    const answer = await connection.pdu();
    if (answer?.type !== 2) {
      connection.destroy();
      throw new NotAccepted(answer);
    }
    return new DimseClient(connection, readAccept(answer.body), proposed);
  }

  /** The id of an accepted context for this abstract (and transfer) syntax. */
  contextId(abstractSyntax: string, transferSyntaxUid?: string): number {
    const found = this.proposed.find(
      ({ id, abstractSyntax: proposed }) =>
        proposed === abstractSyntax &&
        this.accepted.results.get(id) === 0 &&
        (transferSyntaxUid === undefined || this.accepted.transferSyntaxes.get(id) === transferSyntaxUid),
    );
    if (found === undefined) throw new Error(`no accepted context for ${abstractSyntax} ${transferSyntaxUid ?? ''}`);
    return found.id;
  }

  async echo(): Promise<number> {
    const rq = command({ 2: VERIFICATION, 256: 0x30, 272: this.nextId(), 2048: 0x101 });
    this.connection.send(message(this.contextId(VERIFICATION), rq, null));
    return status(await this.message());
  }

  async store(instance: StoreRequest): Promise<Message> {
    const contextId = this.contextId(instance.sopClassUid, instance.transferSyntaxUid);
    this.connection.socket.cork();
    this.connection.socket.write(pdu(4, pdv(contextId, 3, this.storeCommand(instance))));
    for (const part of dataPdus(contextId, instance.dataSet, this.#sendMaximum)) this.connection.socket.write(part);
    this.connection.socket.uncork();
    return this.message();
  }

  storeCommand({ sopClassUid, sopInstanceUid }: Omit<StoreRequest, 'dataSet'>): Buffer {
    return command({
      2: sopClassUid,
      256: 1,
      272: this.nextId(),
      1792: 0,
      2048: 1,
      4096: sopInstanceUid,
    });
  }

  async find(keys: Buffer, options: { cancelAfter?: number; sopClass?: string } = {}): Promise<FindResult> {
    const sopClass = options.sopClass ?? STUDY_ROOT_FIND;
    const contextId = this.contextId(sopClass);
    const id = this.nextId();
    const rq = command({ 2: sopClass, 256: 0x20, 272: id, 1792: 0, 2048: 1 });
    this.connection.send(message(contextId, rq, keys, this.#sendMaximum));
    const dataSets: Buffer[] = [];
    const pendingStatuses: number[] = [];
    for (;;) {
      const final = await this.message();
      if (status(final) >> 8 !== 0xff) return { status: status(final), pendingStatuses, dataSets, final };
      pendingStatuses.push(status(final));
      dataSets.push(final.dataSet as Buffer);
      if (dataSets.length === options.cancelAfter) this.cancel(contextId, id);
    }
  }

  /** @param answer status of the C-STORE response for each instance received; undefined leaves it unanswered */
  async get(
    keys: Buffer,
    answer: (instance: ReceivedInstance, requestId: number) => number | undefined = () => 0,
    sopClass = STUDY_ROOT_GET,
  ): Promise<GetResult> {
    const contextId = this.contextId(sopClass);
    const id = this.nextId();
    const rq = command({ 2: sopClass, 256: 0x10, 272: id, 1792: 0, 2048: 1 });
    this.connection.send(message(contextId, rq, keys, this.#sendMaximum));
    const instances: ReceivedInstance[] = [];
    const pending: Message[] = [];
    for (;;) {
      const received = await this.message();
      if (us(received, '00000100') === 1) {
        const instance = this.#received(received);
        instances.push(instance);
        const given = answer(instance, id);
        if (given !== undefined) this.answerStore(received, given);
      } else if (status(received) === 0xff00) pending.push(received);
      else return { status: status(received), instances, pending, final: received };
    }
  }

  /** @param pended called with every pending response and a way to cancel */
  async move(
    keys: Buffer,
    destination: string,
    pended: (response: Message, cancel: () => void) => void = () => undefined,
    sopClass = STUDY_ROOT_MOVE,
  ): Promise<MoveResult> {
    const contextId = this.contextId(sopClass);
    const id = this.nextId();
    const rq = command({ 2: sopClass, 256: 0x21, 272: id, 1536: destination, 1792: 0, 2048: 1 });
    this.connection.send(message(contextId, rq, keys, this.#sendMaximum));
    const pending: Message[] = [];
    for (;;) {
      const final = await this.message();
      if (status(final) !== 0xff00) return { status: status(final), pending, final };
      pending.push(final);
      pended(final, () => this.cancel(contextId, id));
    }
  }

  #received(from: Message): ReceivedInstance {
    return {
      sopClassUid: uid(from, '00000002'),
      sopInstanceUid: uid(from, '00001000'),
      transferSyntaxUid: this.accepted.transferSyntaxes.get(from.contextId) as string,
      dataSet: from.dataSet as Buffer,
    };
  }

  answerStore(request: Message, given: number): void {
    const rsp = command({
      2: uid(request, '00000002'),
      256: 0x8001,
      288: us(request, '00000110'),
      2048: 0x101,
      2304: given,
      4096: uid(request, '00001000'),
    });
    this.connection.send(message(request.contextId, rsp, null));
  }

  cancel(contextId: number, requestId: number): void {
    this.connection.send(message(contextId, command({ 256: 0xfff, 288: requestId, 2048: 0x101 }), null));
  }

  /** The next whole message. Throws when the association ends first. */
  async message(): Promise<Message> {
    const parts: { command: Buffer[]; dataSet: Buffer[] } = { command: [], dataSet: [] };
    for (;;) {
      for (const { contextId, control, value } of pdvs(await this.#dataPdu())) {
        const isCommand = (control & 1) !== 0;
        (isCommand ? parts.command : parts.dataSet).push(value);
        if ((control & 2) === 0) continue;
        const read = readImplicit(Buffer.concat(parts.command));
        if (!isCommand) return { contextId, command: read, dataSet: Buffer.concat(parts.dataSet) };
        if (read['00000800']?.readUInt16LE(0) === 0x101) return { contextId, command: read, dataSet: null };
      }
    }
  }

  async #dataPdu(): Promise<Buffer> {
    const next = await this.connection.pdu();
    if (next?.type === 4) return next.body;
    throw new Error(next === null ? 'closed' : `PDU ${next.type} [${[...next.body].join(' ')}]`);
  }

  nextId(): number {
    return ++this.#messageId;
  }

  /** Releases and waits for the answer. */
  async release(): Promise<void> {
    this.connection.send(pdu(5, Buffer.alloc(4)));
    const answer = await this.connection.pdu();
    this.connection.destroy();
    if (answer?.type !== 6) throw new Error(`release answered by ${answer?.type ?? 'close'}`);
  }

  abort(): void {
    this.connection.send(pdu(7, Buffer.alloc(4)));
    this.connection.socket.end();
  }

  get #sendMaximum(): number {
    return this.accepted.maximumLength === 0 ? 131072 : Math.min(this.accepted.maximumLength, 131072);
  }
}

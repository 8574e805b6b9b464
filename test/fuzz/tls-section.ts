/**
 * The TLS ports of DICOM and of the pages: damaged handshakes and records, and inside of TLS what the other sections send
 * without it. What cannot be understood is ended, what is whole inside of TLS is answered.
 */
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { Campaign } from './campaign.ts';
import { damage } from './mutate-bytes.ts';
import { Random } from './random.ts';
import { runStream } from './run-stream.ts';
import { streamsOf } from './streams.ts';
import { sendWeb } from './web-connection.ts';
import { webRequest } from './web-section.ts';

/** After our own end the other side has to close; waiting for a slow machine apart that is at once. */
const LIMIT_MS = 20_000;
const OTHER_PROTOCOLS = [
  Buffer.from('GET / HTTP/1.1\r\nHost: pacs\r\n\r\n'),
  Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'),
  // A record of 64 KB that never comes, an alert, an SSLv2 greeting, application data before any handshake.
  Buffer.from('160303ffff01', 'hex'),
  Buffer.from('15030100020100', 'hex'),
  Buffer.from('802e0100020015000000100100800300800700c0', 'hex'),
  Buffer.concat([Buffer.from('1703030100', 'hex'), Buffer.alloc(256, 7)]),
];

export async function fuzzTls(campaign: Campaign): Promise<void> {
  const kinds = new Map<string, number>();
  await campaign.run('tls', async (n) => {
    const random = new Random(campaign.seed, 'tls', n);
    const kind = random.pick(['handshake', 'handshake', 'records', 'dicom', 'dicom', 'web'] as const);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (kind === 'dicom') await dicomInside(campaign, n, random);
    else if (kind === 'web') await webInside(campaign, n, random);
    else {
      const port = random.chance(0.6) ? campaign.victim.tlsPort : campaign.victim.httpsPort;
      const ended = kind === 'handshake' ? await handshake(port, random) : await brokenRecords(port, random);
      if (!ended) campaign.unanswered('tls', n, `${kind}: the connection does not end when its peer closes`, []);
    }
  });
  campaign.report([...kinds].map(([kind, times]) => `${kind} ×${times}`).join(', '));
}

async function dicomInside(campaign: Campaign, n: number, random: Random): Promise<void> {
  const tls = trusting(random);
  for (const stream of streamsOf(random.below(2 ** 32), n)) {
    const { unanswered } = await runStream(campaign.victim.tlsPort, stream, tls);
    if (unanswered !== null) campaign.unanswered('tls', n, unanswered, stream.pieces);
  }
}

async function webInside(campaign: Campaign, n: number, random: Random): Promise<void> {
  const { bytes, owesAnswer } = webRequest(random.below(2 ** 32), n);
  const url = `https://127.0.0.1:${campaign.victim.httpsPort}`;
  const status = await sendWeb(url, bytes, trusting(random));
  if (status === 500) campaign.found('tls', n, `answered 500 to ${bytes.toString('latin1', 0, 300)}`);
  if (status === 0 && owesAnswer) campaign.unanswered('tls', n, 'no HTTPS answer', [bytes]);
}

function trusting(random: Random): ConnectionOptions {
  const version = random.pick(['TLSv1.2', 'TLSv1.3'] as const);
  return { rejectUnauthorized: false, minVersion: version, maxVersion: version };
}

/** A greeting that is damaged, cut, in pieces, or none; true when the connection has ended. */
async function handshake(port: number, random: Random): Promise<boolean> {
  const whole = random.chance(0.2) ? random.pick(OTHER_PROTOCOLS) : await clientHello(trusting(random));
  const bytes = random.chance(0.9) ? damage(whole, random, 4) : whole;
  const size = random.chance(0.2) ? 1 : random.chance(0.4) ? random.between(1, 100) : bytes.length;
  const socket = await openSocket(port);
  const ended = endOf(socket);
  for (let at = 0; at < bytes.length && socket.writable; at += Math.max(1, size)) {
    socket.write(bytes.subarray(at, at + Math.max(1, size)));
    if (size < bytes.length) await sleep(0);
  }
  return leave(socket, ended, random);
}

/** TLS as it should be, then bytes past it on the same connection. */
async function brokenRecords(port: number, random: Random): Promise<boolean> {
  const socket = await openSocket(port);
  const ended = endOf(socket);
  // Past the TLS layer, so that the connection stays ours to write to and to end.
  const line = lineInto((chunk) => socket.write(chunk));
  socket.on('data', (chunk) => line.push(chunk));
  const tls = connectTls({ ...trusting(random), socket: line });
  tls.on('error', () => undefined);
  await Promise.race([new Promise((resolve) => tls.once('secureConnect', resolve)), ended]);
  tls.write(random.bytes(random.between(0, 300)));
  await sleep(random.pick([0, 0, 5]));
  const junk = random.chance(0.5) ? random.bytes(random.between(1, 2000)) : random.pick(OTHER_PROTOCOLS);
  socket.write(random.chance(0.5) ? junk : Buffer.concat([Buffer.from([0x17, 3, 3, 0x40, 0]), junk]));
  const left = await leave(socket, ended, random);
  tls.destroy();
  return left;
}

function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
    socket.on('error', () => undefined);
  });
}

function endOf(socket: Socket): Promise<true> {
  socket.resume();
  return new Promise((resolve) => socket.once('close', () => resolve(true)));
}

async function leave(socket: Socket, ended: Promise<true>, random: Random): Promise<boolean> {
  if (random.chance(0.5)) await Promise.race([ended, sleep(random.between(0, 200))]);
  if (random.chance(0.3)) socket.resetAndDestroy();
  else socket.end();
  const closed = await Promise.race([ended, sleep(LIMIT_MS, false as const)]);
  socket.destroy();
  return closed;
}

/** What a client would send first. */
function clientHello(options: ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    const line = lineInto((chunk) => {
      resolve(chunk);
      setImmediate(() => tls.destroy());
    });
    const tls = connectTls({ ...options, socket: line });
    tls.on('error', () => undefined);
  });
}

/** What a TLS layer can stand on: its bytes go to `send`, its peer's come by `push`. */
function lineInto(send: (chunk: Buffer) => void): Duplex {
  return new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      send(chunk);
      done();
    },
  });
}

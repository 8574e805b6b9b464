import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issue } from '../../../src/certificates/issue.ts';
import { echo } from '../../../src/doors/dimse/echo-scu.ts';
import { createLog } from '../../../src/log.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';

describe('the connection test', () => {
  let appliance: TestAppliance;
  let odd: Server;
  let oddPort: number;
  let greet: (socket: Socket) => void = () => undefined;

  beforeAll(async () => {
    appliance = await startTestAppliance({ config: { dicom: { strictCalledAe: true } } });
    odd = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      greet(socket);
    });
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
    oddPort = (odd.address() as { port: number }).port;
  });

  afterAll(async () => {
    odd.close();
    await appliance.dispose();
  });

  const log = createLog({ level: 'silent' });
  const settings = () => ({ callingAe: 'MODALITY', certificates: appliance.certificates, log });
  const test = (aeTitle: string, port: number | null, more: Partial<Parameters<typeof echo>[0]> = {}) =>
    echo({ aeTitle, host: '127.0.0.1', port, ...more }, settings());

  it('says that a device answers, and how fast', async () => {
    expect(await test('CLINICPACS', appliance.dicomPort)).toMatchObject({ kind: 'answered' });
  });

  it('says that a device refuses us', async () => {
    expect(await test('OTHER', appliance.dicomPort)).toMatchObject({ kind: 'refused' });
  });

  it('says that nobody is there, or that something else is', async () => {
    greet = (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    expect((await test('X', oddPort)).kind).not.toBe('answered');
    greet = (socket) => socket.destroy();
    expect((await test('X', oddPort)).kind).not.toBe('answered');
    expect(await test('X', 1)).toMatchObject({ kind: 'unreachable' });
    expect(await test('X', null)).toMatchObject({ kind: 'unreachable' });
    expect(await test('X', 104, { host: 'any' })).toMatchObject({ kind: 'unreachable' });
  });

  it('goes by TLS where that is set, and says what is wrong with it', async () => {
    const tlsPort = appliance.dicomTlsPort;
    expect(await test('CLINICPACS', tlsPort, { tls: 'only' })).toMatchObject({ kind: 'answered' });
    const plain = await test('CLINICPACS', tlsPort);
    expect(plain).toMatchObject({ kind: 'refused', detail: expect.stringContaining('rejected') });
    const names = { hosts: ['localhost'], addresses: ['127.0.0.1'] };
    const { certificate } = issue({ authority: null, clinic: 'x', names, now: Date.now() }).server;
    const wrong = await test('CLINICPACS', tlsPort, { tls: 'only', certificate });
    expect(wrong).toMatchObject({ kind: 'unreachable', detail: expect.stringContaining('인증서') });
  });
});

/** Crowds and nonsense on the TLS port. */
import { type AddressInfo, connect, createServer } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { DimseClient, status } from '../../support/dimse-client.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { makeInstance } from '../../support/synthetic.ts';
import { associateByTls, CONTEXTS, DEVICES, tlsPortOf, trusting } from '../../support/tls-clients.ts';

let appliance: TestAppliance;
beforeAll(async () => {
  appliance = await startTestAppliance({ config: { devices: DEVICES, dicom: { artimSeconds: 2 } } });
});
afterAll(() => appliance.dispose());

it('50 silent TLS connections and 50 half handshakes do not keep an approved device out', async () => {
  const small = await startTestAppliance({ config: { devices: DEVICES, dicom: { maxAssociations: 20 } } });
  const crowd = Array.from({ length: 100 }, (_, index) => {
    const socket = connect(tlsPortOf(small), '127.0.0.1');
    socket.on('error', () => undefined).resume();
    if (index % 2 === 0) socket.write(Buffer.from('16030100f8010000f40303', 'hex'));
    return socket;
  });
  try {
    await Promise.all(crowd.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    for (const port of [tlsPortOf(small), small.dicomPort]) {
      const client = await DimseClient.associate({
        port,
        contexts: CONTEXTS,
        ...(port === small.dicomPort ? {} : { tls: trusting(small) }),
      });
      expect([await client.echo(), status(await client.store(makeInstance()))]).toEqual([0, 0]);
      await client.release();
    }
  } finally {
    for (const socket of crowd) socket.destroy();
    await small.dispose();
  }
});

it('streams of bytes that begin like TLS never end the listener, and every connection ends', async () => {
  const hello = await clientHello();
  const damage = fc.array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(hello.length), fc.uint8Array({ maxLength: 300 }), async (changes, cut, tail) => {
      const bytes = Buffer.from(hello);
      for (const [place, value] of changes) if (place > 0) bytes[place] = value;
      const connection = await RawConnection.open(tlsPortOf(appliance));
      connection.send(bytes.subarray(0, Math.max(1, cut)), Buffer.from(tail));
      connection.socket.end();
      connection.socket.resume();
      await connection.closed();
    }),
    { numRuns: 150 },
  );
  await expect.poll(() => appliance.dimse.stats().connections).toBe(0);
  const client = await associateByTls(appliance);
  expect(await client.echo()).toBe(0);
  await client.release();
});

/** The first bytes of a true handshake. */
async function clientHello(): Promise<Buffer> {
  const bytes = Promise.withResolvers<Buffer>();
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', (chunk: Buffer) => {
        bytes.resolve(chunk);
        socket.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await RawConnection.open(port, undefined, {}).catch(() => undefined);
  server.close();
  return bytes.promise;
}

/** A few cases of every section of `npm run fuzz` with chance seeds, and everything in the corpus. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { DimseClient, status, VERIFICATION_CONTEXT } from '../support/dimse-client.ts';
import { corpus, replayImage, replayStream } from './corpus.ts';
import { imageOf } from './data-sets.ts';
import { identifierStream } from './identifier-section.ts';
import { runStream } from './run-stream.ts';
import { streamsOf } from './streams.ts';
import { sendWeb } from './web-connection.ts';
import { WebPeer } from './web-peer.ts';
import { webRequest } from './web-section.ts';

let appliance: TestAppliance;

beforeAll(async () => {
  appliance = await startTestAppliance();
});

afterAll(() => appliance.dispose());

const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });
/** A case is made of a seed: a smaller seed is no simpler case. */
const once = (numRuns: number) => ({ numRuns, endOnFailure: true });

async function stillServes(): Promise<void> {
  const client = await DimseClient.associate({ port: appliance.dicomPort, contexts: [VERIFICATION_CONTEXT] });
  expect(await client.echo()).toBe(0);
  await client.release();
  await expect.poll(() => appliance.dimse.stats().connections).toBe(0);
}

describe('whatever a peer sends is answered or ends its association, and nobody else notices', () => {
  it('malformed streams', async () => {
    const judge = async (of: number) => {
      for (const stream of streamsOf(of, 0)) {
        expect((await runStream(appliance.dicomPort, stream)).unanswered).toBeNull();
      }
    };
    await fc.assert(fc.asyncProperty(seed, judge), once(80));
    await stillServes();
  });

  it('damaged identifiers and command sets', async () => {
    const judge = async (of: number) => {
      expect((await runStream(appliance.dicomPort, identifierStream(of, 0))).unanswered).toBeNull();
    };
    await fc.assert(fc.asyncProperty(seed, judge), once(60));
    await stillServes();
  });

  it('damaged data sets', async () => {
    const web = new WebPeer(appliance.httpUrl);
    const judge = async (of: number) => {
      const image = imageOf(of, Number.MAX_SAFE_INTEGER);
      const contexts = [[image.sopClassUid, [image.transferSyntaxUid]]] as const;
      const client = await DimseClient.associate({ port: appliance.dicomPort, contexts });
      if (client.accepted.results.get(1) === 0) expect(status(await client.store(image))).not.toBe(0x0110);
      await client.release();
      for (const [what, { code }] of await web.look(image)) expect([what, code]).not.toContain(500);
    };
    await fc.assert(fc.asyncProperty(seed, judge), once(40));
    await stillServes();
  });

  it('damaged HTTP requests', async () => {
    const judge = async (of: number) => {
      const { bytes, owesAnswer } = webRequest(of, 0);
      const answered = await sendWeb(appliance.httpUrl, bytes);
      expect(answered).not.toBe(500);
      if (owesAnswer) expect(answered).not.toBe(0);
    };
    await fc.assert(fc.asyncProperty(seed, judge), once(60));
  });
});

describe('the corpus', () => {
  it.each(corpus('pdus'))('%s', async (name) => {
    expect(await replayStream(name, appliance.dicomPort)).toBeNull();
    await stillServes();
  });

  it.each(corpus('dcm'))('%s', async (name) => {
    const codes = (await replayImage(name, new WebPeer(appliance.httpUrl))).map(({ code }) => code);
    expect(codes.filter((code) => code === 500 || code === 0)).toEqual([]);
  });
});

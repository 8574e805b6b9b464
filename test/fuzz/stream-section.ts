/** Malformed PDU streams against the DICOM port. */
import type { Campaign } from './campaign.ts';
import { runStream } from './run-stream.ts';
import { streamsOf } from './streams.ts';

export async function fuzzStreams(campaign: Campaign): Promise<void> {
  let slowest = 0;
  await campaign.run('streams', async (n) => {
    const streams = streamsOf(campaign.seed, n);
    const answers = await Promise.all(streams.map((stream) => runStream(campaign.victim.dicomPort, stream)));
    answers.forEach(({ unanswered, waitedMs }, index) => {
      slowest = Math.max(slowest, waitedMs);
      if (unanswered !== null) campaign.unanswered('streams', n, unanswered, streams[index]?.pieces ?? []);
    });
  });
  campaign.report(`longest wait for an answer ${slowest.toFixed(0)} ms`);
}

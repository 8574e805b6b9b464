/** Mutated data sets by C-STORE and STOW-RS; then whatever was kept is asked for as viewers do. */
import { DimseClient, status } from '../support/dimse-client.ts';
import type { Campaign } from './campaign.ts';
import { type Image, imageOf } from './data-sets.ts';
import { type Answer, part10, WebPeer } from './web-peer.ts';

/** C-STORE statuses that tell of a defect of ours rather than of the image: processing failure. */
const OUR_FAULT = 0x0110;

export async function fuzzDataSets(campaign: Campaign): Promise<void> {
  const statuses = new Map<string, number>();
  const count = (what: string) => statuses.set(what, (statuses.get(what) ?? 0) + 1);
  await campaign.run('data-sets', async (n) => {
    const image = imageOf(campaign.seed, n);
    const found = (what: string) =>
      campaign.found('data-sets', n, `${what} (from ${image.origin})`, { kind: 'dcm', bytes: part10(image) });
    const web = new WebPeer(campaign.victim.httpUrl);
    if (n % 3 === 0) judge(await web.store(image), 'STOW-RS', found, count);
    else await sendByDimse(campaign, image, found, count);
    if (image.studyInstanceUid !== '')
      for (const [what, answer] of await web.look(image)) judge(answer, what, found, count);
  });
  campaign.report(
    [...statuses]
      .map(([what, times]) => `${what} ×${times}`)
      .sort()
      .join(', '),
  );
}

function judge(
  { code, text }: Answer,
  what: string,
  found: (what: string) => void,
  count: (what: string) => void,
): void {
  count(`${what} ${code}`);
  if (code === 500 || code === 0) found(`${what} answered ${code} ${text.slice(0, 300)}`);
}

async function sendByDimse(
  campaign: Campaign,
  image: Image,
  found: (what: string) => void,
  count: (what: string) => void,
): Promise<void> {
  const contexts = [[image.sopClassUid, [image.transferSyntaxUid]]] as const;
  const client = await DimseClient.associate({ port: campaign.victim.dicomPort, contexts });
  if (client.accepted.results.get(1) !== 0) count('not a storage SOP class');
  else {
    const answer = status(await client.store(image));
    count(`C-STORE ${answer.toString(16)}`);
    if (answer === OUR_FAULT) found('C-STORE answered 0110');
  }
  await client.release();
}

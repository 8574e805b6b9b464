/** Many modalities that call in the same moment and send an image each. */
import { DimseClient, status } from '../support/dimse-client.ts';
import { makeInstance } from '../support/synthetic.ts';

export interface Crowd {
  /** Status of each C-STORE, or why there was none. */
  answers: string[];
  /** From the first connection to the answer, of the slowest. Milliseconds. */
  slowestMs: number;
}

export async function sendAtOnce(port: number, modalities: number, imageBytes: number): Promise<Crowd> {
  const images = Array.from({ length: modalities }, () => makeInstance({ pixelBytes: imageBytes }));
  const begin = performance.now();
  let slowestMs = 0;
  const answers = await Promise.all(
    images.map(async (image) => {
      const answer = await sendOne(port, image).catch((error: unknown) => String(error));
      slowestMs = Math.max(slowestMs, performance.now() - begin);
      return answer;
    }),
  );
  return { answers, slowestMs };
}

async function sendOne(port: number, image: ReturnType<typeof makeInstance>): Promise<string> {
  const client = await DimseClient.associate({ port, contexts: [[image.sopClassUid, [image.transferSyntaxUid]]] });
  const answer = status(await client.store(image));
  await client.release();
  return answer.toString(16).padStart(4, '0');
}

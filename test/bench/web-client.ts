/** GET over one kept connection; the body is counted, not kept. */
import { Agent, get } from 'node:http';
import type { Target } from './target.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** @returns length and the body's text when it is short. @throws Error when the answer is not 200 */
export function fetchFrom(
  target: Target,
  path: string,
  accept: string,
  encoding = 'identity',
): Promise<{ bytes: number; text: string }> {
  const authorization = target.authorization === undefined ? {} : { authorization: target.authorization };
  return new Promise((resolve, reject) => {
    const headers = { accept, 'accept-encoding': encoding, ...authorization };
    get(`${target.dicomWeb}${path}`, { agent, headers }, (response) => {
      let bytes = 0;
      let text = '';
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (text.length < 1e6) text += chunk.toString('latin1');
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve({ bytes, text });
        else reject(new Error(`${target.name} answered ${response.statusCode} to ${path}: ${text.slice(0, 200)}`));
      });
    }).on('error', reject);
  });
}

/** Runs `work` so many times, one after the other. @returns ms of each */
export async function timeEach(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const each: number[] = [];
  for (let n = 0; n < times; n++) {
    const start = performance.now();
    await work();
    each.push(performance.now() - start);
  }
  return each;
}

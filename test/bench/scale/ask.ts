/** One question at the HTTP door, and one C-ECHO. */
import { Agent, request } from 'node:http';
import { IMPLICIT, VERIFICATION } from '../../support/dimse-bytes.ts';
import { DimseClient } from '../../support/dimse-client.ts';
import { CALLING_AE, type Target } from '../target.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** @throws Error when the answer is not 200 */
export function ask(target: Target, { path, body }: { path: string; body?: object }): Promise<void> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const url = new URL(path, target.dicomWeb);
  const headers = {
    authorization: target.authorization,
    ...(text !== undefined && { 'content-type': 'application/json', origin: url.origin }),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers, method: text === undefined ? 'GET' : 'POST' }, (response) => {
      let answer = '';
      response.on('data', (chunk: Buffer) => {
        if (answer.length < 500) answer += chunk.toString();
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200 || response.statusCode === 204) resolve();
        else reject(new Error(`${response.statusCode} to ${path}: ${answer}`));
      });
    });
    asked.on('error', reject);
    asked.end(text);
  });
}

export async function echo({ aeTitle, dicomPort }: Target): Promise<void> {
  const contexts = [[VERIFICATION, [IMPLICIT]]] as const;
  const client = await DimseClient.associate({ port: dicomPort, calledAe: aeTitle, callingAe: CALLING_AE, contexts });
  await client.echo();
  await client.release();
}

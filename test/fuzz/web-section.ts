/** Damaged HTTP requests for every route that an address or a body can reach, on raw connections. */
import type { Campaign } from './campaign.ts';
import { damage } from './mutate-bytes.ts';
import { Random } from './random.ts';
import { PASSWORD } from './victim.ts';
import { sendWeb } from './web-connection.ts';

const UID = '1.2.826.0.1.3680043.9.7777.1';
const AUTHORIZATION = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;

const PATHS = [
  '/',
  '/api/attempts?limit=5&before=2024-01-01',
  '/api/devices',
  '/api/status',
  '/api/studies?name=Hong&date=20240101-20241231&limit=10',
  `/dicom-web/studies?PatientName=Hong*&limit=3&offset=1&includefield=all&fuzzymatching=true`,
  `/dicom-web/studies/${UID}/series?Modality=CT`,
  `/dicom-web/instances?00080018=${UID}&includefield=00280010`,
  `/dicom-web/studies/${UID}/metadata`,
  `/dicom-web/studies/${UID}/series/${UID}/instances/${UID}/frames/1,2,3`,
  `/dicom-web/studies/${UID}/series/${UID}/instances/${UID}/rendered?window=1,2,linear&viewport=100,100,0,0,10,10&quality=50`,
  `/dicom-web/studies/${UID}/series/${UID}/instances/${UID}/thumbnail`,
  `/dicom-web/wado?requestType=WADO&studyUID=${UID}&seriesUID=${UID}&objectUID=${UID}&contentType=application/dicom`,
];
const ACCEPTS = [
  '*/*',
  'application/dicom+json',
  'multipart/related; type="application/dicom"; transfer-syntax=*',
  'image/jpeg;q=0.5, */*;q=x',
  ',;,=',
];
const BODIES = [
  Buffer.from('{"username":"admin","password":"x"}'),
  Buffer.from('[{"name":"a","aeTitle":"B","host":"127.0.0.1"}]'),
  Buffer.from(`--b\r\nContent-Type: application/dicom\r\n\r\n${'\0'.repeat(128)}DICM--b--\r\n`),
  Buffer.from('{'.repeat(5000)),
];

export async function fuzzWeb(campaign: Campaign): Promise<void> {
  const statuses = new Map<number, number>();
  await campaign.run('web', async (n) => {
    const { bytes, owesAnswer } = webRequest(campaign.seed, n);
    const status = await sendWeb(campaign.victim.httpUrl, bytes);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 500) campaign.found('web', n, `answered 500 to ${bytes.toString('latin1', 0, 300)}`);
    if (status === 0 && owesAnswer) campaign.unanswered('web', n, 'no HTTP answer', [bytes]);
  });
  campaign.report([...statuses].map(([status, times]) => `${status || 'closed'} ×${times}`).join(', '));
}

/** A whole request whose head is damaged, its body, or both; `owesAnswer` as long as it is one that HTTP can read. */
export function webRequest(seed: number, n: number): { bytes: Buffer; owesAnswer: boolean } {
  const random = new Random(seed, 'web', n);
  const body = random.chance(0.4) ? damage(random.pick(BODIES), random, 4) : Buffer.alloc(0);
  const target = targetOf(random);
  const head = headOf(target, body, random);
  const bytes = random.chance(0.2) ? damage(head, random, 3) : head;
  return { bytes: Buffer.concat([bytes, body]), owesAnswer: bytes === head };
}

function targetOf(random: Random): string {
  const path = random.pick(PATHS);
  if (random.chance(0.2)) return path;
  const damaged = damage(Buffer.from(path), random, 3).toString('latin1');
  return `/${encodeURI(damaged.replace(/[\0-\x20\x7f]/g, '%')).replace(/%25/g, () => random.pick(['%', '%25', '%00', '%2e%2e%2f']))}`;
}

function headOf(target: string, body: Buffer, random: Random): Buffer {
  const method =
    body.length > 0
      ? random.pick(['POST', 'PUT', 'PATCH'])
      : random.pick(['GET', 'GET', 'GET', 'DELETE', 'HEAD', 'OPTIONS']);
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Accept: ${random.pick(ACCEPTS)}`,
    'Connection: close',
    ...(random.chance(0.8) ? [`Authorization: ${AUTHORIZATION}`] : []),
    ...(random.chance(0.2) ? [`Cookie: session=${'x'.repeat(random.pick([0, 10, 3000]))}`] : []),
    ...(random.chance(0.2) ? [`Range: bytes=${random.pick(['0-', '5-2', '0-0,1-1', '99999999999999999999-'])}`] : []),
    ...(body.length > 0
      ? [
          `Content-Type: ${random.pick(['application/json', 'multipart/related; type="application/dicom"; boundary=b', 'text/plain'])}`,
          `Content-Length: ${body.length}`,
        ]
      : []),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

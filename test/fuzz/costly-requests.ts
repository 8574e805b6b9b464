/** HTTP requests that cost as much as can be for their length. */

import { makeInstance } from '../support/synthetic.ts';
import { PASSWORD } from './victim.ts';
import { part10 } from './web-peer.ts';

const AUTHORIZATION = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;
/** Node takes 16 KB of headers, the request line included. */
const HEADER_BYTES = 15_000;
const JSON_BYTES = 65_000;

interface CostlyRequest {
  readonly name: string;
  readonly bytes: Buffer;
}

export function costlyRequests(): CostlyRequest[] {
  const long = (piece: string) => piece.repeat(Math.floor(HEADER_BYTES / piece.length));
  const json = (piece: string) => Buffer.from(piece.repeat(Math.floor(JSON_BYTES / piece.length)));
  return [
    get('QIDO wildcards', `/dicom-web/studies?PatientName=${long('*a')}`),
    get('QIDO UIDs', `/dicom-web/studies?StudyInstanceUID=${long('1.2,')}1`),
    get('QIDO fields', `/dicom-web/studies?${long('includefield=00100010&')}`),
    get('QIDO sequences', `/dicom-web/studies?${long('00400275.00400007=a&')}`),
    get('QIDO parameters', `/dicom-web/instances?${long('a&')}`),
    get('search', `/api/studies?search=${long('%EA%B9%80+')}`),
    get('Accept', '/dicom-web/studies', [`Accept: ${long('a/b;q=0.1,')}`]),
    get('Accept parameters', '/dicom-web/studies', [`Accept: multipart/related;${long('a="b;";')}`]),
    get('Range', '/viewer/index.html', [`Range: bytes=${long('0-0,')}`]),
    get('cookies', '/api/session', [`Cookie: ${long('a=b;')}`]),
    get('If-None-Match', '/', [`If-None-Match: ${long('"a",')}`]),
    get('path', `/${long('../')}`),
    get('rendered parameters', `/dicom-web/studies/1/series/2/instances/3/rendered?window=${long('1,')}`),
    get('frames', `/dicom-web/studies/1/series/2/instances/3/frames/${long('1,')}1`),
    post('JSON arrays', '/api/orders', 'application/json', json('[')),
    post('JSON objects', '/api/orders', 'application/json', Buffer.from(`[${'{},'.repeat(21_000)}{}]`)),
    post('JSON names', '/api/orders', 'application/json', Buffer.from(`{${manyNames()}}`)),
    post('JSON text', '/api/orders', 'application/json', Buffer.from(`{"patientName":"${'홍^'.repeat(15_000)}"}`)),
    post(
      'STOW empty parts',
      '/dicom-web/studies',
      MULTIPART,
      body(Array.from({ length: 50_000 }, () => Buffer.alloc(0))),
    ),
    post('STOW small parts', '/dicom-web/studies', MULTIPART, body(smallImages(3000))),
    post(
      'STOW headers',
      '/dicom-web/studies',
      MULTIPART,
      body(
        Array.from({ length: 90 }, () => Buffer.alloc(0)),
        'a:b\r\n'.repeat(3000),
      ),
    ),
    post('STOW delimiters that are none', '/dicom-web/studies', MULTIPART, body([Buffer.alloc(8 << 20, '\r\n--')])),
    post('STOW line ends', '/dicom-web/studies', MULTIPART, body([Buffer.alloc(8 << 20, '\r')])),
  ];
}

const MULTIPART = 'multipart/related; type="application/dicom"; boundary=b';

function get(name: string, target: string, headers: readonly string[] = []): CostlyRequest {
  const lines = [`GET ${target.slice(0, HEADER_BYTES + 100)} HTTP/1.1`, 'Host: 127.0.0.1', ...headers];
  return { name, bytes: head(lines) };
}

function post(name: string, target: string, type: string, content: Buffer): CostlyRequest {
  const lines = [
    `POST ${target} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Content-Type: ${type}`,
    `Content-Length: ${content.length}`,
  ];
  return { name, bytes: Buffer.concat([head(lines), content]) };
}

function head(lines: readonly string[]): Buffer {
  return Buffer.from(
    `${[...lines, `Authorization: ${AUTHORIZATION}`, 'Connection: close'].join('\r\n')}\r\n\r\n`,
    'latin1',
  );
}

function body(parts: readonly Buffer[], headers = ''): Buffer {
  const opening = Buffer.from(`--b\r\nContent-Type: application/dicom\r\n${headers}\r\n`);
  return Buffer.concat([...parts.flatMap((part) => [opening, part, Buffer.from('\r\n')]), Buffer.from('--b--\r\n')]);
}

/** Two kilobytes each, which a machine stores one by one. */
function smallImages(count: number): Buffer[] {
  return Array.from({ length: count }, () => part10({ ...makeInstance({ pixelBytes: 100 }), origin: 'synthetic' }));
}

function manyNames(): string {
  return Array.from({ length: 5000 }, (_, n) => `"name${n}":1`).join(',');
}

/** A DICOMweb client: sends an image, and looks at it in every way a viewer does. */
import { request } from 'node:http';
import type { Image } from './data-sets.ts';
import { PASSWORD } from './victim.ts';

export interface Answer {
  /** 0: no answer at all. */
  code: number;
  text: string;
}

interface Question {
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer;
}

const BOUNDARY = 'fuzz-boundary';
const LIMIT_MS = 60_000;

export class WebPeer {
  readonly #base: string;
  readonly #headers = { authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}` };

  constructor(httpUrl: string) {
    this.#base = `${httpUrl}/dicom-web`;
  }

  /** STOW-RS of one part: a Part 10 file whose meta group is written here, with whatever identifiers it has. */
  store(image: Image): Promise<Answer> {
    const head = `--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), part10(image), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
    const type = `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`;
    return this.#ask('/studies', { method: 'POST', headers: { 'content-type': type }, body });
  }

  async look({ studyInstanceUid, sopInstanceUid }: Image): Promise<[what: string, answer: Answer][]> {
    const study = `/studies/${encodeURIComponent(studyInstanceUid)}`;
    const metadata = await this.#ask(`${study}/metadata`, {});
    const answers: [string, Answer][] = [['metadata', metadata]];
    if (metadata.code !== 200) return answers;
    for (const instance of instancesOf(metadata.text, sopInstanceUid)) {
      for (const what of ['rendered', 'frames/1', 'thumbnail', 'rendered?window=0,0,linear']) {
        answers.push([what.split('?')[0] as string, await this.#ask(`${study}${instance}/${what}`, {})]);
      }
    }
    return answers;
  }

  /** On a connection of its own: one that is kept would look like a leak. */
  #ask(path: string, { method = 'GET', headers = {}, body }: Question): Promise<Answer> {
    return new Promise((resolve) => {
      const failed = (error: Error) => resolve({ code: 0, text: String(error) });
      const options = { agent: false, method, headers: { ...this.#headers, ...headers }, timeout: LIMIT_MS };
      const sent = request(this.#base + path, options, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', failed);
        response.on('end', () =>
          resolve({ code: response.statusCode ?? 0, text: Buffer.concat(parts).toString('latin1') }),
        );
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', failed);
      sent.end(body);
    });
  }
}

/** The instance itself, or two others when its UID was damaged. */
function instancesOf(metadata: string, sopInstanceUid: string): string[] {
  const instances = JSON.parse(metadata) as Record<string, { Value?: string[] } | undefined>[];
  const all = instances.map(
    (json) => `/series/${json['0020000E']?.Value?.[0]}/instances/${json['00080018']?.Value?.[0]}`,
  );
  const own = all.filter((path) => path.endsWith(`/${sopInstanceUid}`));
  return own.length > 0 ? own.slice(0, 1) : all.slice(0, 2);
}

export function part10({ dataSet, transferSyntaxUid, sopClassUid, sopInstanceUid }: Image): Buffer {
  const meta = Buffer.concat([
    element(0x02, 'UI', sopClassUid),
    element(0x03, 'UI', sopInstanceUid),
    element(0x10, 'UI', transferSyntaxUid),
  ]);
  const length = Buffer.from([2, 0, 0, 0, 0x55, 0x4c, 4, 0, 0, 0, 0, 0]);
  length.writeUInt32LE(meta.length, 8);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), length, meta, dataSet]);
}

function element(number: number, vr: string, text: string): Buffer {
  const value = Buffer.from(text.length % 2 === 0 ? text : `${text}\0`, 'latin1');
  return Buffer.concat([Buffer.from([2, 0, number, 0, ...Buffer.from(vr), value.length, 0]), value]);
}

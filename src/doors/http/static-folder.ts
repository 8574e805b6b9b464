/** A folder of built files: what lies in it, and how one of them is sent. Only listed files exist, so no path escapes. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { mediaTypeOf } from './media-types.ts';

interface StaticFile {
  path: string;
  size: number;
  tag: string;
  /** Sizes of the compressed copies that lie beside it. */
  br?: number;
  gz?: number;
}

const ENCODINGS = [
  ['br', 'br'],
  ['gzip', 'gz'],
] as const;

/** Names that change with their content: Vite's `name-hash.js` and the viewer's `b-<recipe>/` folder. */
const HASHED = /^\/assets\/.*-[\w-]{8,}\.\w+$|^\/b-[0-9a-f]{8,}\//;
const RESCAN_MS = 2000;

export class StaticFolder {
  readonly folder: string;
  #files = new Map<string, StaticFile>();
  #scannedAt = Number.NEGATIVE_INFINITY;
  #scanning: Promise<void> | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The file of a decoded URL path like '/assets/x.js'. A new build is noticed when a name is missing. */
  async find(urlPath: string): Promise<StaticFile | undefined> {
    if (!this.#files.has(urlPath)) await this.#lookAgain();
    return this.#files.get(urlPath);
  }

  async #lookAgain(): Promise<void> {
    const recent = this.#files.size > 0 && performance.now() - this.#scannedAt < RESCAN_MS;
    if (!recent) this.#scanning ??= this.#scan().finally(() => (this.#scanning = undefined));
    await this.#scanning;
  }

  async #scan(): Promise<void> {
    this.#files = await scan(this.folder);
    this.#scannedAt = performance.now();
  }

  /** Sends a file, compressed if the browser can and a copy lies ready, or 304 when the browser has it already. */
  async send(file: StaticFile, urlPath: string, request: Request, response: Response): Promise<void> {
    const [encoding, extension] =
      ENCODINGS.find(([name, key]) => file[key] !== undefined && accepts(request, name)) ?? [];
    const tag = `"${file.tag}${extension ? `-${extension}` : ''}"`;
    response.setHeader('Content-Type', mediaTypeOf(file.path));
    response.setHeader('Cache-Control', HASHED.test(urlPath) ? 'public, max-age=31536000, immutable' : 'no-cache');
    response.setHeader('ETag', tag);
    if (file.br !== undefined || file.gz !== undefined) response.setHeader('Vary', 'Accept-Encoding');
    if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(tag)) {
      response.status(304).end();
      return;
    }
    if (encoding) response.setHeader('Content-Encoding', encoding);
    response.setHeader('Content-Length', (extension && file[extension]) ?? file.size);
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    await sendFile(extension ? `${file.path}.${extension}` : file.path, response);
  }
}

async function sendFile(path: string, response: Response): Promise<void> {
  try {
    await pipeline(createReadStream(path), response);
  } catch (error) {
    // The browser went away: nobody is left to tell.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

async function scan(folder: string): Promise<Map<string, StaticFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = new Map<string, { size: number; mtimeMs: number }>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeMs } = await stat(path);
    sizes.set(path, { size, mtimeMs });
  }
  const files = new Map<string, StaticFile>();
  for (const [path, { size, mtimeMs }] of sizes) {
    if (/\.(br|gz)$/.test(path)) continue;
    const file: StaticFile = { path, size, tag: `${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}` };
    for (const [, extension] of ENCODINGS) {
      const copy = sizes.get(`${path}.${extension}`);
      if (copy) file[extension] = copy.size;
    }
    files.set(`/${relative(folder, path).replaceAll('\\', '/')}`, file);
  }
  return files;
}

/** Does Accept-Encoding name the coding, and not with q=0? (RFC 9110 section 12.5.3) */
function accepts(request: Request, encoding: string): boolean {
  const codings = (request.headers['accept-encoding'] ?? '').toString().split(',');
  return codings.some((coding) => {
    const [name = '', ...parameters] = coding
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

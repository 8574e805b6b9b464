/** The DICOMweb door alone, over real HTTP, on a real archive: no login, one user. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { ROLE_PERMISSIONS } from '../../../src/accounts/permissions.ts';
import type { Archive } from '../../../src/archive/archive.ts';
import { Audit } from '../../../src/audit/record.ts';
import { parseMediaType } from '../../../src/doors/dicomweb/media-range.ts';
import { MultipartReader } from '../../../src/doors/dicomweb/multipart-reader.ts';
import { createDicomWebRoutes } from '../../../src/doors/dicomweb/routes.ts';
import { answerProblems } from '../../../src/doors/http/problem.ts';
import { createLog } from '../../../src/log.ts';
import { Rendering } from '../../../src/rendering/rendering.ts';
import { openArchive } from '../../support/archive.ts';
import { freshFolder } from '../../support/folders.ts';

export interface DicomWebServer {
  readonly archive: Archive;
  readonly audit: Audit;
  readonly rendering: Rendering;
  readonly dataDir: string;
  readonly port: number;
  /** 'http://127.0.0.1:PORT/dicom-web' */
  readonly root: string;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

const IDENTITY = {
  userName: 'tester',
  displayName: '시험',
  role: 'administrator',
  permissions: ROLE_PERMISSIONS.administrator,
} as const;

export async function startDicomWeb(): Promise<DicomWebServer> {
  const log = createLog({ level: 'silent' });
  const dataDir = freshFolder();
  const archive = await openArchive(dataDir);
  const audit = new Audit(archive.database, log);
  const rendering = new Rendering({ dataDir, log, workers: 2, idleMs: 5000, reserveBytes: 0 });
  const app = express();
  app.disable('etag');
  app.use((_request, response, next) => {
    response.locals.identity = IDENTITY;
    next();
  });
  for (const [route, handler] of Object.entries(createDicomWebRoutes({ archive, rendering, log, audit }))) {
    const [method = '', path = ''] = route.split(' ');
    app[method.toLowerCase() as 'get' | 'post'](path, handler);
  }
  app.use(answerProblems(log));
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const root = `http://127.0.0.1:${port}/dicom-web`;
  return {
    archive,
    audit,
    rendering,
    dataDir,
    port,
    root,
    get: (path, headers = {}) =>
      fetch(path.startsWith('/wado') ? root.replace('/dicom-web', path) : root + path, { headers }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rendering.close();
      await audit.flush();
      await archive.close();
    },
  };
}

export interface ReceivedPart {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** The parts of a multipart answer. */
export async function partsOf(response: Response): Promise<ReceivedPart[]> {
  const type = parseMediaType(response.headers.get('content-type') ?? '');
  if (type?.type !== 'multipart/related') throw new Error(`not multipart: ${response.headers.get('content-type')}`);
  const reader = new MultipartReader(type.parameters.get('boundary') ?? '');
  const parts: { headers: ReadonlyMap<string, string>; chunks: Buffer[] }[] = [];
  for (const event of reader.read(Buffer.from(await response.arrayBuffer()))) {
    if (event.kind === 'part') parts.push({ headers: event.headers, chunks: [] });
    else if (event.kind === 'bytes') parts.at(-1)?.chunks.push(event.chunk);
  }
  reader.finish();
  return parts.map(({ headers, chunks }) => ({ headers, body: Buffer.concat(chunks) }));
}

/** A multipart/related body of the files. */
export function stowBody(files: readonly Buffer[], boundary = 'BOUNDARY'): { body: Buffer; contentType: string } {
  const pieces = files.flatMap((file) => [
    Buffer.from(`\r\n--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
    file,
  ]);
  const body = Buffer.concat([...pieces, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { body, contentType: `multipart/related; type="application/dicom"; boundary=${boundary}` };
}

export type DicomJsonObject = Record<string, { vr: string; Value?: unknown[]; BulkDataURI?: string }>;

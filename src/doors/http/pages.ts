/** The pages: our app under /, OHIF under /viewer/. Their files hold no patient data; the viewer asks for a login. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Request, RequestHandler, Response } from 'express';
import type { RequestLocals } from '../../accounts/request-locals.ts';
import { ArchiveError } from '../../errors.ts';
import { type AuthenticationDeps, authenticate } from './authentication.ts';
import { appPolicy, viewerPolicy } from './content-security-policy.ts';
import { StaticFolder } from './static-folder.ts';

/** Never pages: a wrong address there is told as JSON. */
const DATA = /^\/(api|dicom-web|wado|healthz|open)(\/|$)/;
/** Lie among the built files but are not for browsers. */
const UNSERVED = new Set(['/index.html', '/csp.json', '/build.json', '/.vite/manifest.json']);

export interface PageFolders {
  /** The built app (web/app/dist) and viewer (web/viewer/dist). */
  app: string;
  viewer: string;
}

export function pages(folders: PageFolders, deps: AuthenticationDeps): RequestHandler {
  const app = new StaticFolder(folders.app);
  const viewer = new StaticFolder(folders.viewer);
  const askWho = authenticate(deps, 'GET /viewer', 'public');
  return async (request, response, next) => {
    if (!isForPages(request)) return next();
    const path = decoded(request.path);
    if (path === '/viewer' || path === '/viewer/') return response.redirect(302, '/');
    const inViewer = path.startsWith('/viewer/');
    const folder = inViewer ? viewer : app;
    const filePath = inViewer ? path.slice('/viewer'.length) : path;
    const file = UNSERVED.has(filePath) ? undefined : await folder.find(filePath);
    if (file) {
      response.setHeader('Content-Security-Policy', inViewer ? await viewerFilePolicy(folder, filePath) : appPolicy());
      return folder.send(file, filePath, request, response);
    }
    if (isMissingFile(request)) return next();
    if (!inViewer) return sendApp(folder, response);
    return askWho(request, response, (error?: unknown) => {
      if (error) next(error);
      else sendViewer(folder, request, response).catch(next);
    });
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    throw new ArchiveError('REQUEST_INVALID', '', { cause: error });
  }
}

function isForPages({ method, path }: Request): boolean {
  return (method === 'GET' || method === 'HEAD') && !DATA.test(path);
}

/** A script or picture that is not there must not be answered with a page. */
function isMissingFile({ path, headers }: Request): boolean {
  return /\.\w+$/.test(path) && !headers.accept?.includes('text/html');
}

async function sendApp(folder: StaticFolder, response: Response): Promise<void> {
  const html = await readPage(folder);
  if (html === undefined) return sendNotBuilt(response);
  const nonce = randomBytes(16).toString('base64');
  response.setHeader('Content-Security-Policy', appPolicy(nonce));
  response.type('html').send(html.replace(/(<meta name="csp-nonce" content=")[^"]*"/, `$1${nonce}"`));
}

async function sendViewer(folder: StaticFolder, request: Request, response: Response): Promise<void> {
  const { identity } = response.locals as RequestLocals;
  if (!identity) return response.redirect(302, loginFor(request));
  if (!identity.permissions.has('images.view')) throw new ArchiveError('FORBIDDEN');
  const html = await readPage(folder);
  if (html === undefined) return sendNotBuilt(response);
  const { scriptHashes } = await readExceptions(folder);
  response.setHeader('Content-Security-Policy', viewerPolicy(scriptHashes));
  response.type('html').send(html);
}

async function viewerFilePolicy(folder: StaticFolder, filePath: string): Promise<string> {
  if (!filePath.endsWith('.js')) return viewerPolicy([]);
  const { evalWorkers = [] } = await readExceptions(folder);
  return viewerPolicy([], evalWorkers.includes(filePath));
}

/** What the viewer's build says that a strict policy must let in. */
async function readExceptions({ folder }: StaticFolder): Promise<{ scriptHashes: string[]; evalWorkers?: string[] }> {
  return JSON.parse(await readFile(join(folder, 'csp.json'), 'utf8'));
}

/** The login page, which goes on to the address that was asked for. */
export function loginFor(request: Request): string {
  const query = /\?.*$/s.exec(request.originalUrl)?.[0] ?? '';
  return `/login?next=${encodeURIComponent(request.path + query)}`;
}

async function readPage({ folder }: StaticFolder): Promise<string | undefined> {
  try {
    return await readFile(join(folder, 'index.html'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function sendNotBuilt(response: Response): void {
  response
    .status(503)
    .type('text/plain')
    .send(
      '화면이 아직 만들어지지 않았습니다. `npm run build`를 실행해 주세요.\n' +
        'The pages are not built yet. Please run `npm run build`.\n',
    );
}

import { existsSync, statfsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where tests leave screenshots for people to look at; not in the repository. */
const ARTEFACTS = join(import.meta.dirname, '..', 'artefacts');

/** No traffic of the browser's own, so that foreign requests are the page's. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--lang=ko-KR',
];

/** Playwright keeps shared memory in files: slower, and needed only where the system has none to give (some containers). */
const SLOW_DEFAULTS = hasSharedMemory() ? ['--disable-dev-shm-usage'] : [];

function hasSharedMemory(): boolean {
  if (!existsSync('/dev/shm')) return false;
  const { bavail, bsize } = statfsSync('/dev/shm');
  return bavail * bsize > 1e9;
}

/** OHIF draws with WebGL only. */
const SOFTWARE_WEBGL = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const NO_WEBGL = ['--disable-webgl', '--disable-webgl2', '--disable-3d-apis', '--disable-gpu'];

/** The screen of an ordinary clinic PC. */
const VIEWPORT = { width: 1366, height: 768 };

/** What is asked of an appliance here. */
interface WebDoor {
  /** Base address of the web door without a slash at the end, e.g. `http://127.0.0.1:8080`. */
  readonly httpUrl: string;
}

/**
 * Starts a headless Chromium; close it in `afterAll`. It has WebGL only when asked for it: without, as on an old PC or a
 * remote desktop, our own pages are painted in half the time.
 * `npm test` names the browser in CLINICPACS_CHROMIUM; without it Debian's is taken.
 */
export function launchBrowser({ webgl = false } = {}): Promise<Browser> {
  const args = [...FLAGS, ...(webgl ? SOFTWARE_WEBGL : NO_WEBGL)];
  return chromium.launch({
    executablePath: process.env.CLINICPACS_CHROMIUM ?? '/usr/bin/chromium',
    args,
    ignoreDefaultArgs: SLOW_DEFAULTS,
  });
}

/** A page in a browser context of its own (no cookies of other tests), in Korean, at 1366×768 unless told otherwise. */
export async function newPage(
  browser: Browser,
  options: { locale?: string; viewport?: typeof VIEWPORT } = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: VIEWPORT,
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
    ...options,
  });
  return context.newPage();
}

/** Collects the addresses of all requests that leave the appliance (other schemes stay inside page and browser). */
export function watchForeignRequests(page: Page, appliance: WebDoor): string[] {
  const foreign: string[] = [];
  page.context().on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.host !== new URL(appliance.httpUrl).host) foreign.push(url.href);
  });
  return foreign;
}

/** Keeps a screenshot as `test/artefacts/<name>.png` and returns its PNG bytes. */
export async function keepScreenshot(page: Page, name: string): Promise<Buffer> {
  const path = join(ARTEFACTS, `${name}.png`);
  await mkdir(dirname(path), { recursive: true });
  return page.screenshot({ path });
}

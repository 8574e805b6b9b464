/** What every page must pass: nothing in the console, no breach of its own policy, no serious fault for readers. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ADMIN_PASSWORD } from './appliance.ts';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly language?: 'ko' | 'en';
  readonly dark?: boolean;
  /** axe is put into the page, which the page's policy forbids: only where breaches are not counted. */
  readonly bypassPolicy?: boolean;
}

/** A page of its own with the look of a device and what it complains about. */
export async function openPage(browser: Browser, look: Look = {}): Promise<{ page: Page; complaints: string[] }> {
  const { width = 1366, height = 768, language = 'ko', dark = false, bypassPolicy = false } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch: width < 600,
    isMobile: width < 600,
    colorScheme: dark ? 'dark' : 'light',
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
    bypassCSP: bypassPolicy,
  });
  // A page that is still empty has no storage.
  const speakEnglish = "if (location.protocol !== 'about:') localStorage.setItem('clinicpacs.language', 'en')";
  if (language === 'en') await context.addInitScript(speakEnglish);
  return openTab(context);
}

/**
 * One more tab of a browser that was used before, with its cookies and its cache, and what this tab complains about. Five
 * times faster than a page of its own: for tests that do not ask how a first visit is.
 */
export async function openTab(context: BrowserContext): Promise<{ page: Page; complaints: string[] }> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  return { page, complaints: watchComplaints(page) };
}

/** Errors and warnings in the console, thrown errors, and breaches of the page's policy. */
function watchComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

/** Serious and critical findings of axe, one line each. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  });
}

/** What looks like the key of a word instead of the word, and whether the page can be pushed sideways. */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { document, innerWidth } = globalThis as unknown as {
      innerWidth: number;
      document: { body: { innerText: string }; documentElement: { scrollWidth: number } };
    };
    const keys = document.body.innerText.match(
      /\b(?:app|nav|studies|orders|attention|devices|transfers|backup|audit|users|login|view)\.[a-z]\w+/g,
    );
    const wider = document.documentElement.scrollWidth - innerWidth;
    // The one name of a setting that a page tells people to write.
    const missing = (keys ?? []).filter((key) => key !== 'backup.targets');
    return [...missing, ...(wider > 0 ? [`${wider} px wider than the screen`] : [])];
  });
}

/** Signs the page's browser in through the API (the login page has a test of its own). Throws when refused. */
export async function signIn(page: Page, url: string, credentials: { name: string; password: string }): Promise<void> {
  const response = await page
    .context()
    .request.post(`${url}/api/login`, { data: credentials, headers: { Origin: url } });
  if (!response.ok()) throw new Error(`login refused: ${response.status()} ${await response.text()}`);
}

const ADMIN = { name: 'admin', password: ADMIN_PASSWORD };

/** A page of ours as somebody who has signed in sees it, with its heading. */
export async function openSignedIn(
  browser: Browser,
  address: string,
  look: Look = {},
  person: { name: string; password: string } = ADMIN,
): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openPage(browser, look);
  await signIn(opened.page, new URL(address).origin, person);
  await opened.page.goto(address);
  await opened.page.getByRole('heading', { level: 1 }).waitFor();
  return opened;
}

/** Every page in both languages, both schemes and on both screens: readable for everybody, nothing hidden, no complaint. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PAGES } from '../../web/app/app/page-table.ts';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { store } from '../support/archive.ts';
import { openBreakableLine } from '../support/breakable-line.ts';
import { keepScreenshot, launchBrowser } from '../support/browser.ts';
import { layoutFaults, openPage, seriousFaults, signIn } from '../support/page-checks.ts';
import { makeInstance } from '../support/synthetic.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const ADMIN = { name: 'admin', password: ADMIN_PASSWORD };
const PATHS = PAGES.map(({ path }) => path);
const LOOKS = [
  { name: 'desk', look: { language: 'ko', dark: false } },
  { name: 'desk-dark', look: { language: 'ko', dark: true } },
  { name: 'phone-english', look: { language: 'en', dark: false, width: 390, height: 844 } },
] as const;

let appliance: TestAppliance;
let browser: Browser;

beforeAll(async () => {
  appliance = await startTestAppliance();
  await store(appliance.archive, makeInstance({ patientName: 'Hong^Gildong==홍^길동', rows: 64, columns: 64 }));
  await store(appliance.archive, { ...makeInstance(), dataSet: Buffer.from('no data set: it goes into quarantine') });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await appliance?.dispose();
});

describe.each(LOOKS)('on $name', ({ name, look }) => {
  let page: Page;
  let complaints: string[];

  // One browser for all pages, as people have it: fonts and scripts are read once.
  beforeAll(async () => {
    ({ page, complaints } = await openPage(browser, { ...look, bypassPolicy: true }));
    await signIn(page, appliance.httpUrl, ADMIN);
  });
  afterAll(() => page.context().close());

  it.each(PATHS)('%s has no serious fault, no word missing, and fits', async (path) => {
    complaints.length = 0;
    await page.goto(appliance.httpUrl + path);
    await page.getByRole('heading').first().waitFor();
    await page.waitForLoadState('load');
    await keepScreenshot(page, `page-${name}${path === '/' ? '-studies' : path.replace('/', '-')}`);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await layoutFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

it('says when the server is gone, and comes back by itself', async () => {
  const line = await openBreakableLine(appliance.httpPort);
  const { page } = await openPage(browser);
  await signIn(page, line.url, ADMIN);
  await page.goto(`${line.url}/`);
  await page.getByText('실시간').waitFor();
  line.break();
  const banner = page.getByText('서버에 연결할 수 없습니다').first();
  await banner.waitFor();
  await keepScreenshot(page, 'server-gone');
  line.mend();
  await banner.waitFor({ state: 'hidden', timeout: 90_000 });
  await page.getByText('홍길동').first().waitFor();
  await page.context().close();
  await line.close();
});

/**
 * From the press on a study to its first pixels in the quick view, in a headless browser on the same machine: X-rays that
 * nobody has opened before, once their pictures are prepared and once before they can be.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, newPage } from '../support/browser.ts';
import { median } from './measures.ts';
import { previewsMade } from './previews-made.ts';
import { send } from './send.ts';
import { makeImages, TODAY } from './synthetic-data.ts';
import type { Target } from './target.ts';
import { timeEach } from './web-client.ts';

const STUDIES = 30;
const PASSWORD = 'correct horse battery';

/** @param before previews that the server has made of other images */
export async function benchView(target: Target, folder: string, before: number): Promise<string[]> {
  if (target.dicomWeb === undefined) return [];
  const site = new URL(target.dicomWeb).origin;
  const data = join(folder, 'viewed');
  const studies = makeImages(data, 'dx', 2 * STUDIES, 'viewed', () => true);
  const browser = await launchBrowser();
  try {
    const page = await signedIn(browser, site);
    const half = STUDIES / 2;
    for (const { files } of studies.slice(0, half)) await send(target, files);
    await previewsMade(folder, before + 2 * half);
    const ready = await clickAll(page, site, half);
    for (const { files } of studies.slice(half)) await send(target, files);
    const fresh = await clickAll(page, site, STUDIES - half);
    return [report('prepared', ready), report('just arrived', fresh)];
  } finally {
    await browser.close();
    rmSync(data, { recursive: true });
  }
}

async function signedIn(browser: Browser, site: string): Promise<Page> {
  const page = await newPage(browser);
  await page.goto(`${site}/login`);
  await page.getByLabel('사용자 이름').fill('admin');
  await page.getByLabel('비밀번호', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('searchbox').waitFor();
  return page;
}

/** Presses on the newest studies one after the other, going back to the list in between. @returns ms of each */
async function clickAll(page: Page, site: string, count: number): Promise<number[]> {
  const day = `${TODAY.slice(0, 4)}-${TODAY.slice(4, 6)}-${TODAY.slice(6)}`;
  const each: number[] = [];
  await page.goto(`${site}/?from=${day}&to=${day}&date=range`);
  await page
    .locator('[data-study]')
    .nth(count - 1)
    .waitFor();
  await page.waitForTimeout(2500);
  for (let n = 0; n < count; n++) {
    const row = page.locator('[data-study]').nth(n);
    await row.waitFor();
    await row.hover();
    const pixels = page.locator('[data-pane] canvas:not([data-shown=""])');
    const [ms] = await timeEach(1, async () => {
      await row.locator('a[href^="/view/"]').click();
      await pixels.waitFor();
    });
    each.push(ms as number);
    await page.keyboard.press('Escape');
    await page.locator('[data-study]').first().waitFor();
  }
  return each;
}

function report(what: string, each: readonly number[]): string {
  const sorted = each.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? Number.NaN;
  return `Quick view of a 10 MB X-ray, ${what}: press to first pixels ${median(each).toFixed(0)} ms, p95 ${p95.toFixed(0)} ms (${each.length} studies)`;
}

/** The main story in a real browser: log in, an X-ray arrives, its Korean name appears, the image is drawn in OHIF. */
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { keepScreenshot, launchBrowser, newPage, watchForeignRequests } from '../support/browser.ts';
import { DimseClient, status } from '../support/dimse-client.ts';
import { makeInstance } from '../support/synthetic.ts';

const EXPLICIT_LE = '1.2.840.10008.1.2.1';

let appliance: TestAppliance;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  appliance = await startTestAppliance();
  browser = await launchBrowser({ webgl: true });
  page = await newPage(browser);
  page.setDefaultTimeout(120_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
  });
});

afterAll(async () => {
  await browser?.close();
  await appliance?.dispose();
});

it('shows an X-ray that has just arrived, by its Korean name, and draws it in the viewer', async () => {
  const foreign = watchForeignRequests(page, appliance);
  await page.goto(`${appliance.httpUrl}/`);
  await page.getByLabel(/이름/).first().fill('admin');
  await page
    .getByLabel(/비밀번호/)
    .first()
    .fill(ADMIN_PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /오늘 검사/ }).waitFor();

  const image = makeInstance({
    modality: 'CR',
    patientName: 'Hong^Gildong=洪^吉洞=홍^길동',
    charset: ['', 'ISO 2022 IR 149'],
    patientId: 'A-1',
    rows: 256,
    columns: 256,
    bits: 8,
  });
  const contexts = [[image.sopClassUid, [EXPLICIT_LE]]] as const;
  const modality = await DimseClient.associate({ port: appliance.dicomPort, callingAe: 'MODALITY', contexts });
  expect(status(await modality.store(image))).toBe(0);
  await modality.release();
  // No reload: the page hears of it.
  await page.getByText('홍길동').first().waitFor();
  await keepScreenshot(page, 'worklist');

  await page.goto(`${appliance.httpUrl}/viewer/viewer?StudyInstanceUIDs=${image.studyInstanceUid}`);
  const canvas = page.locator('canvas').first();
  await canvas.waitFor({ timeout: 120_000 });
  await expect
    .poll(async () => greyLevels(await canvas.screenshot()), { timeout: 150_000, interval: 500 })
    .toBeGreaterThan(20);
  await keepScreenshot(page, 'viewer');
  expect(foreign).toEqual([]);
  expect(complaints).toEqual([]);
  // Two busy cores draw WebGL in software: minutes, where a PC needs a second.
}, 240_000);

/** How many grey levels a picture has: a viewport without an image has hardly any. */
async function greyLevels(png: Buffer): Promise<number> {
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  const middle = { from: Math.floor(info.height * 0.3), to: Math.floor(info.height * 0.7) };
  return new Set(data.subarray(middle.from * info.width, middle.to * info.width)).size;
}

/** Measurements in the image viewer: saved as a report by those who may, and not offered to those who may not. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { store } from '../support/archive.ts';
import { keepScreenshot, launchBrowser, newPage } from '../support/browser.ts';
import { signIn } from '../support/page-checks.ts';
import { type Instance, makeInstance } from '../support/synthetic.ts';

/** Software WebGL on two busy cores. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const ADMIN = { name: 'admin', password: ADMIN_PASSWORD };
const READER = { name: 'reader', password: 'green cow battery' };
const POLL = { timeout: 120_000, interval: 300 };

let appliance: TestAppliance;
let browser: Browser;
let image: Instance;

beforeAll(async () => {
  appliance = await startTestAppliance();
  image = makeInstance({
    sopClassUid: '1.2.840.10008.5.1.4.1.1.1',
    modality: 'CR',
    patientName: 'Hong^Gildong=洪^吉洞=홍^길동',
    charset: ['', 'ISO 2022 IR 149'],
    ...{ rows: 256, columns: 256, bits: 16, attributes: { PixelSpacing: ['0.5', '0.5'] } },
  });
  await store(appliance.archive, image);
  browser = await launchBrowser({ webgl: true });
  const page = await newPage(browser);
  await signIn(page, appliance.httpUrl, ADMIN);
  const made = await page.context().request.post(`${appliance.httpUrl}/api/users`, {
    data: { ...READER, role: 'viewer' },
    headers: { Origin: appliance.httpUrl },
  });
  expect(made.status()).toBe(200);
  await page.context().close();
});
afterAll(async () => {
  await browser?.close();
  await appliance?.dispose();
});

/** The study in the viewer, a length drawn on it, and the list of measurements open. */
async function measure(person: { name: string; password: string }): Promise<Page> {
  const page = await newPage(browser);
  page.setDefaultTimeout(POLL.timeout);
  await signIn(page, appliance.httpUrl, person);
  await page.goto(`${appliance.httpUrl}/viewer/viewer?StudyInstanceUIDs=${image.studyInstanceUid}`);
  await page.locator('[data-cy="viewport-overlay-bottom-right"]').getByText('1/1').waitFor();
  await page.locator('[data-cy="trackedMeasurements-btn"]').click();
  await page.locator('[data-cy="Length-btn"]').first().click();
  const box = await page.locator('canvas.cornerstone-canvas').first().boundingBox();
  const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];
  await page.mouse.move(x - 60, y);
  await page.mouse.down();
  await page.mouse.move(x, y + 20, { steps: 4 });
  await page.mouse.move(x + 60, y + 40, { steps: 4 });
  await page.mouse.up();
  await page
    .getByText(/\d+(\.\d+)? mm/)
    .first()
    .waitFor();
  return page;
}

const saveButton = (page: Page) => page.getByRole('button', { name: '측정 저장(SR)' });

async function seriesOf(page: Page): Promise<Record<string, { Value?: unknown[] }>[]> {
  const answer = await page
    .context()
    .request.get(`${appliance.httpUrl}/dicom-web/studies/${image.studyInstanceUid}/series`);
  return answer.json();
}

describe('a measurement', () => {
  it('is not saved by somebody who may only look: the button is off, and the server refuses', async () => {
    const page = await measure(READER);
    await expect.poll(() => saveButton(page).isDisabled(), POLL).toBe(true);
    expect(await saveButton(page).getAttribute('title')).toMatch(/저장할 권한이 없습니다/);
    await keepScreenshot(page, 'viewer-measured-not-saved');
    const refused = await page.context().request.post(`${appliance.httpUrl}/dicom-web/studies`, {
      data: 'nothing',
      headers: { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=B', Origin: appliance.httpUrl },
    });
    expect(refused.status()).toBe(403);
    expect(await seriesOf(page)).toHaveLength(1);
    await page.context().close();
  });

  it('is saved as a report by somebody who may, beside the images, with the name in all its writings', async () => {
    const page = await measure(ADMIN);
    await expect.poll(() => saveButton(page).isEnabled(), POLL).toBe(true);
    const stored = page.waitForResponse(
      (answer) => answer.request().method() === 'POST' && /studies/.test(answer.url()),
    );
    await saveButton(page).click();
    await keepScreenshot(page, 'viewer-measured');
    const dialog = page.getByRole('dialog', { name: '측정 저장' });
    await dialog.getByPlaceholder('이름').fill('흉부 측정');
    await keepScreenshot(page, 'viewer-saving');
    await dialog.getByRole('button', { name: '저장', exact: true }).click();
    expect((await stored).status()).toBe(200);
    await expect.poll(async () => (await seriesOf(page)).length, POLL).toBe(2);
    const report = (await seriesOf(page)).find((series) => series['00080060']?.Value?.[0] === 'SR');
    const metadata = await page
      .context()
      .request.get(
        `${appliance.httpUrl}/dicom-web/studies/${image.studyInstanceUid}/series/${report?.['0020000E']?.Value?.[0]}/metadata`,
      );
    const [saved] = (await metadata.json()) as Record<string, { Value?: unknown[] }>[];
    expect(saved?.['00100010']?.Value?.[0]).toEqual({
      Alphabetic: 'Hong^Gildong',
      Ideographic: '洪^吉洞',
      Phonetic: '홍^길동',
    });
    await keepScreenshot(page, 'viewer-measured-saved');
    await page.context().close();
  });
});

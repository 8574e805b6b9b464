/** What people see in the image viewer: pixels, Korean, reports, films, and what happens when something is missing. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { keepScreenshot, launchBrowser, newPage, watchForeignRequests } from '../support/browser.ts';
import { pixelsThatAre } from '../support/pictures.ts';
import { sharedFiles, sharedPath } from '../support/shared-dicom.ts';
import { makeStructureSet } from '../support/structure-set.ts';
import { makeInstance } from '../support/synthetic.ts';

const COMPUTED_RADIOGRAPHY = '1.2.840.10008.5.1.4.1.1.1';
/** Software WebGL on two busy cores. */
const PATIENCE_MS = 240_000;
const POLL = { timeout: 120_000, interval: 300 };

let appliance: TestAppliance;
let browser: Browser;
let page: Page;
let foreign: string[];
const complaints: string[] = [];

beforeAll(async () => {
  appliance = await startTestAppliance();
  browser = await launchBrowser({ webgl: true });
  page = await newPage(browser);
  page.setDefaultTimeout(POLL.timeout);
  foreign = watchForeignRequests(page, appliance);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
  });
  await login(page);
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await appliance?.dispose();
});

async function login(someone: Page): Promise<void> {
  const response = await someone.context().request.post(`${appliance.httpUrl}/api/login`, {
    data: { name: 'admin', password: ADMIN_PASSWORD },
    headers: { Origin: appliance.httpUrl },
  });
  expect(response.status()).toBe(200);
}

/** Stores a Part 10 file with the rights of the one who is logged in. */
async function store(file: Buffer): Promise<void> {
  const parts = ['--B\r\nContent-Type: application/dicom\r\n\r\n', file, '\r\n--B--\r\n'];
  const response = await page.context().request.post(`${appliance.httpUrl}/dicom-web/studies`, {
    data: Buffer.concat(parts.map((part) => Buffer.from(part))),
    headers: { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=B', Origin: appliance.httpUrl },
  });
  expect(response.status()).toBe(200);
}

async function open(studyInstanceUid: string): Promise<void> {
  // What the page before is still going to must not take the place of this one.
  await expect.poll(() => page.goto('about:blank').then(() => 'left', String), POLL).toBe('left');
  await page.goto(`${appliance.httpUrl}/viewer/viewer?StudyInstanceUIDs=${studyInstanceUid}`);
}

/** Stores a file of the shared set and opens its study. */
async function openShared(name: string): Promise<void> {
  const file = sharedFiles()?.find((entry) => entry.file === name);
  await store(readFileSync(sharedPath(name)));
  await open(file?.StudyInstanceUID ?? '');
}

/** The grey values of the middle of the viewport, row by row from left to right; no overlay text lies there. */
async function middleRows(): Promise<number[][]> {
  const png = await page.locator('canvas.cornerstone-canvas').first().screenshot();
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  const [from, to] = [Math.floor(info.height * 0.3), Math.floor(info.height * 0.7)];
  // The frame around the active viewport is no image.
  const row = (at: number) => [...data.subarray(at * info.width + 4, (at + 1) * info.width - 4)];
  return Array.from({ length: to - from }, (_, index) => row(from + index));
}

/** Waits until the viewport shows more than `levels` grey levels, and takes its middle row. */
async function untilDrawn(levels: number): Promise<number[]> {
  await page.locator('canvas.cornerstone-canvas').first().waitFor();
  await expect.poll(async () => new Set((await middleRows()).flat()).size, POLL).toBeGreaterThan(levels);
  const rows = await middleRows();
  return rows[Math.floor(rows.length / 2)] ?? [];
}

/** Opens a series by its modality, as people do: a double press on its picture. */
async function openSeries(modality: string): Promise<void> {
  const thumbnail = page.locator('[data-cy^="study-browser-thumbnail"]').filter({ hasText: modality }).first();
  await thumbnail.waitFor();
  await thumbnail.dblclick();
}

/** Red pixels in the viewport: of a segmentation or a structure. The frame around the active viewport is blue. */
const red = () =>
  pixelsThatAre(page.locator('canvas.cornerstone-canvas').first(), (r, g, b) => r - Math.max(g, b) > 60);

const shown = (text: string | RegExp) => page.getByText(text).first().waitFor();

describe('The viewer', () => {
  it(
    'draws the grey levels of an X-ray from dark to bright, in Korean, and asks nobody else for anything',
    async () => {
      const image = makeInstance({
        sopClassUid: COMPUTED_RADIOGRAPHY,
        modality: 'CR',
        patientName: 'Hong^Gildong=洪^吉洞=홍^길동',
        studyDescription: '흉부 정면',
        rows: 256,
        columns: 256,
        bits: 16,
      });
      await store(image.file);
      await open(image.studyInstanceUid);
      const row = await untilDrawn(10);
      const ramp = row.slice(0, row.indexOf(Math.max(...row)) + 1);
      expect(Math.max(...row)).toBeGreaterThan(230);
      expect(ramp.every((value, at) => value >= (ramp[at - 1] ?? 0) - 2)).toBe(true);
      for (const words of ['홍길동', '흉부 정면', '검사 목록', '참고용 · 허가받은 의료기기가 아님', '1/1'])
        await shown(words);
      await keepScreenshot(page, 'viewer-xray');
      expect(foreign).toEqual([]);
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'leads back to our list',
    async () => {
      await page.locator('[data-cy=return-to-work-list]').click();
      await page.waitForURL(`${appliance.httpUrl}/`);
    },
    PATIENCE_MS,
  );

  it(
    'says in Korean that a study is not there, with the way back',
    async () => {
      await open('1.2.3.4');
      await shown(/검사를 찾을 수 없거나/);
      expect(await page.getByRole('link', { name: '검사 목록' }).getAttribute('href')).toBe('/');
    },
    PATIENCE_MS,
  );

  it(
    'speaks English to those who chose it in our pages',
    async () => {
      const image = makeInstance({ rows: 64, columns: 64 });
      await store(image.file);
      await page.evaluate(() => localStorage.setItem('clinicpacs.language', 'en'));
      await open(image.studyInstanceUid);
      for (const words of ['Study list', 'Studies']) await shown(words);
      await page.evaluate(() => localStorage.removeItem('clinicpacs.language'));
    },
    PATIENCE_MS,
  );

  it(
    'leads to the login, and from there back, when the session has ended',
    async () => {
      const image = makeInstance({ rows: 64, columns: 64 });
      await store(image.file);
      await page.route('**/metadata', (route) => route.fulfill({ status: 401, json: {} }));
      await open(image.studyInstanceUid);
      await page.waitForURL(({ pathname, searchParams }) => {
        return pathname === '/login' && searchParams.get('next')?.includes(image.studyInstanceUid) === true;
      });
      await page.unrouteAll();
    },
    PATIENCE_MS,
  );
});

describe('The viewer shows a structure set', () => {
  it(
    'as lines on the slices',
    async () => {
      const { slices, structures } = makeStructureSet('Left lung');
      for (const { file } of [...slices, structures]) await store(file);
      await open(structures.studyInstanceUid);
      await untilDrawn(10);
      await openSeries('RTSTRUCT');
      // A square of 355 pixels.
      await expect.poll(red, POLL).toBeGreaterThan(700);
      await keepScreenshot(page, 'viewer-structure-set');
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );
});

describe.skipIf(sharedFiles() === undefined)('The viewer shows real files', () => {
  it.each([
    ['JPEG 2000', 'cr/RG3_J2KR.dcm'],
    ['JPEG-LS', 'mr/MR_small_jpeg_ls_lossless.dcm'],
    ['JPEG lossless', 'mg/OutOfBoundsOverlay.dcm'],
    ['RLE', 'us/OBXXXX1A_rle.dcm'],
    ['HTJ2K', 'gen/htj2k-with-uids.dcm'],
    ['JPEG baseline, a film', 'us/examples_ybr_color.dcm'],
  ])(
    '%s',
    async (_syntax, file) => {
      await openShared(file);
      await untilDrawn(20);
      await keepScreenshot(page, `viewer-${file.replaceAll('/', '-')}`);
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'a report as text',
    async () => {
      await openShared('sr/test-SR.dcm');
      await shown(/A mass of/);
      await keepScreenshot(page, 'viewer-report');
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'a PDF as a PDF',
    async () => {
      await openShared('pdf/pdf.dcm');
      const object = page.locator('object[type="application/pdf"]');
      await object.waitFor();
      // Small builds of Chromium draw no PDF: what a large one would draw is what the page may load from there.
      const pdf = await page.request.get(new URL((await object.getAttribute('data')) ?? '', page.url()).href);
      expect(pdf.headers()['content-type']).toBe('application/pdf');
      expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-');
      expect(new URL(pdf.url()).origin).toBe(appliance.httpUrl);
      const viewer = await page.request.get(page.url());
      expect(viewer.headers()['content-security-policy']).toContain("object-src 'self'");
      expect(complaints).toEqual([]);
      expect(foreign).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'a segmentation on its slices',
    async () => {
      const slices = sharedFiles()?.filter(({ file }) => file.startsWith('dicomdir/media1/77654033/CT2/')) ?? [];
      for (const { file } of slices) await store(readFileSync(sharedPath(file)));
      await openShared('seg/seg_image_ct_binary.dcm');
      await openSeries('SEG');
      await expect.poll(red, POLL).toBeGreaterThan(50);
      await keepScreenshot(page, 'viewer-segmentation');
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'an image with a presentation state beside it, which it lists and does not apply',
    async () => {
      await store(readFileSync(sharedPath('pr/prLUTs.dcm')));
      await openShared('pr/imageForPrLUTs.dcm');
      await untilDrawn(20);
      await shown('PR');
      await keepScreenshot(page, 'viewer-presentation-state');
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );
});

/** The quick view in a real browser: from the list to pixels, window, zoom, length, previous study, series, saving. */
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { keepScreenshot, launchBrowser, newPage, watchForeignRequests } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { sendImages } from '../support/modality.ts';
import { layoutFaults, openPage, openTab, seriousFaults, signIn } from '../support/page-checks.ts';
import { drag, levels, pixelsThatAre } from '../support/pictures.ts';
import { type InstanceOptions, makeInstance } from '../support/synthetic.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const DX = '1.2.840.10008.5.1.4.1.1.1.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const US_MULTI_FRAME = '1.2.840.10008.5.1.4.1.1.3.1';

let appliance: TestAppliance;
let browser: Browser;
/** Where somebody has signed in. */
let desk: BrowserContext;

beforeAll(async () => {
  appliance = await startTestAppliance();
  browser = await launchBrowser();
  desk = await openDesk();
});
afterAll(async () => {
  await browser?.close();
  await appliance?.dispose();
});

const send = (...images: InstanceOptions[]) => sendImages(appliance, ...images);

const X_RAY: InstanceOptions = {
  sopClassUid: DX,
  modality: 'DX',
  rows: 600,
  columns: 500,
  bits: 16,
  attributes: { ImagerPixelSpacing: ['0.2', '0.2'], PatientOrientation: ['L', 'F'], ImageLaterality: 'R' },
};

async function openDesk(): Promise<BrowserContext> {
  const { page } = await openPage(browser);
  await signIn(page, appliance.httpUrl, { name: 'admin', password: ADMIN_PASSWORD });
  return page.context();
}

async function openView(name: string, { at = desk, viewport = { width: 1366, height: 768 } } = {}) {
  const { page, complaints } = await openTab(at);
  await page.setViewportSize(viewport);
  const foreign = watchForeignRequests(page, appliance);
  await page.goto(appliance.httpUrl);
  await page.getByText(name).first().click();
  await pictureOf(page).waitFor();
  return { page, complaints, foreign };
}

/** The canvas of a pane once a picture lies on it. */
const pictureOf = (page: Page, pane = 'now') => page.locator(`[data-pane="${pane}"] canvas:not([data-shown=""])`);

/** Pixels in the colour of lengths and warnings. */
const yellowIn = (canvas: Locator) =>
  pixelsThatAre(canvas, (red, green, blue) => red > 200 && green > 170 && blue < 120);

describe('an X-ray', () => {
  it('is drawn at a press and without WebGL, with its patient, its side and what its millimetres are worth', async () => {
    await send({ ...X_RAY, patientName: 'Kim^Bora==김^보라', patientId: 'Q-1' });
    const { page, complaints, foreign } = await openView('김보라');
    expect(await page.evaluate("document.createElement('canvas').getContext('webgl2')")).toBeNull();
    await eventually(async () => (await levels(pictureOf(page))).count).toBeGreaterThan(10);
    const pane = page.locator('[data-pane="now"]');
    for (const text of ['김보라', 'Q-1', '길이는 검출기 면 기준']) await pane.getByText(text).first().waitFor();
    await eventually(() => pane.textContent()).toMatch(/L/);
    await keepScreenshot(page, 'quick-view');

    const { left } = await levels(pictureOf(page));
    await page.keyboard.press('i');
    await eventually(async () => (await levels(pictureOf(page))).left).toBeGreaterThan(left + 50);
    await page.keyboard.press('i');
    await drag(page, [600, 400], [600, 500]);
    await drag(page, [600, 400], [500, 500]);
    await eventually(() => pane.textContent()).toMatch(/창 -?\d+ \/ \d+/);

    const yellow = () => yellowIn(pictureOf(page));
    const warnings = await yellow();
    await page.keyboard.press('m');
    await drag(page, [500, 300], [700, 300]);
    await eventually(yellow).toBeGreaterThan(warnings + 100);
    await keepScreenshot(page, 'quick-view-length');
    const erase = page.getByRole('button', { name: '길이 지우기' });
    await erase.click();
    await eventually(yellow).toBe(warnings);
    expect(await erase.isDisabled()).toBe(true);
    await page.keyboard.press('1');
    await eventually(() => pane.textContent()).toContain('확대 100%');
    await page.keyboard.press('0');

    const saving = page.waitForEvent('download');
    await page.keyboard.press('s');
    const saved = await saving;
    expect(saved.suggestedFilename()).toMatch(/^\d{8}-\d+\.png$/);
    expect((await sharp(await readFile(await saved.path())).metadata()).width).toBe(1600);
    const savingSmall = page.waitForEvent('download');
    await page.keyboard.press('j');
    const small = await savingSmall;
    expect(small.suggestedFilename()).toMatch(/\.jpg$/);
    expect((await sharp(await readFile(await small.path())).metadata()).format).toBe('jpeg');

    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: '단축키' }).waitFor();
    await keepScreenshot(page, 'quick-view-keys');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });

    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: '오늘 검사' }).waitFor();
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('lies beside the patient’s previous one', async () => {
    const patient = { ...X_RAY, patientName: 'Lee^Sora==이^소라', patientId: 'Q-2' };
    await send({ ...patient, studyDate: '20240105' }, patient);
    const { page, complaints } = await openView('이소라');
    await page.getByRole('button', { name: '이전 검사' }).click();
    await pictureOf(page, 'before').waitFor();
    await page.locator('[data-pane="before"]').getByText('2024-01-05').waitFor();
    await keepScreenshot(page, 'quick-view-compare');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('keeps its place over a reload, and asks for a login without a session', async () => {
    await send({ ...X_RAY, patientName: 'Choi^Yuna==최^유나', patientId: 'Q-3' });
    const { page } = await openView('최유나', { at: await openDesk() });
    await page.waitForURL(/\/view\/\d+\?s=0&i=0$/);
    await page.reload();
    await pictureOf(page).waitFor();
    await page.context().clearCookies();
    await page.reload();
    await page.waitForURL(/\/login\?next=/);
    await page.close();
  });
});

describe('a CT', () => {
  it('is gone through by wheel and keys, series after series, with presets', async () => {
    const { studyInstanceUid } = makeInstance();
    const slices = [1, 2].flatMap((seriesNumber) => {
      const { seriesInstanceUid } = makeInstance();
      return [1, 2, 3, 4].map((instanceNumber) => ({ seriesNumber, seriesInstanceUid, instanceNumber }));
    });
    await send(
      ...slices.map((slice) => ({
        ...slice,
        studyInstanceUid,
        sopClassUid: CT,
        modality: 'CT',
        rows: 128,
        columns: 128,
        bits: 16 as const,
        patientName: 'Park^Mina==박^미나',
        patientId: 'Q-4',
        attributes: {
          RescaleSlope: '1',
          RescaleIntercept: '-1024',
          PixelSpacing: ['0.7', '0.7'],
          ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
        },
      })),
    );
    const { page, complaints } = await openView('박미나');
    const place = page.locator('[data-place]');
    expect(await place.textContent()).toBe('1 / 4');
    await page.mouse.move(700, 400);
    await page.mouse.wheel(0, 120);
    await eventually(() => place.textContent()).toBe('2 / 4');
    await page.keyboard.press('End');
    await eventually(() => place.textContent()).toBe('4 / 4');
    await page.getByRole('combobox', { name: '창 조절값' }).selectOption('bone');
    await page.locator('[data-pane="now"]').getByText('창 400 / 1800').waitFor();
    await page.keyboard.press('ArrowRight');
    await eventually(() => place.textContent()).toBe('1 / 4');
    await page.waitForURL(/\?s=1&i=0$/);
    await keepScreenshot(page, 'quick-view-ct');
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe('a film in colour', () => {
  it('plays, moves where a grey one would change its window, and offers no window', async () => {
    await send({
      ...{ sopClassUid: US_MULTI_FRAME, modality: 'US', rows: 120, columns: 160, bits: 8, samples: 3, frames: 6 },
      ...{ patientName: 'Jung^Dain==정^다인', patientId: 'Q-7', attributes: { FrameTime: '40' } },
    });
    const { page, complaints } = await openView('정다인');
    const place = page.locator('[data-place]');
    expect(await place.textContent()).toBe('4 / 6');
    for (const name of ['밝기', '흑백 반전']) {
      await eventually(() => page.getByRole('button', { name, exact: true }).isDisabled()).toBe(true);
    }
    expect(await page.getByRole('combobox', { name: '창 조절값' }).isDisabled()).toBe(true);
    const corner = () => levels(pictureOf(page)).then(({ left }) => left);
    const before = await corner();
    await page.keyboard.press('i');
    await drag(page, [600, 400], [900, 400]);
    await eventually(corner).not.toBe(before);
    await page.keyboard.press('0');
    await page.keyboard.press('Space');
    await eventually(() => place.textContent()).not.toBe('4 / 6');
    await page.keyboard.press('Space');
    await keepScreenshot(page, 'quick-view-colour-film');
    expect(complaints).toEqual([]);
    await page.close();
  });
});

it('prints the picture with its patient and what it is not meant for, and nothing else of the page', async () => {
  await send({ ...X_RAY, patientName: 'Moon^Areum==문^아름', patientId: 'Q-8' });
  const { page } = await openView('문아름');
  await page.evaluate('window.print = () => undefined');
  await page.keyboard.press('p');
  await page.locator('canvas[data-print]').waitFor({ state: 'attached' });
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('canvas[data-print]').isVisible()).toBe(true);
  expect(await page.getByRole('toolbar').isVisible()).toBe(false);
  await keepScreenshot(page, 'quick-view-print');
  await page.close();
});

describe.each(['ko', 'en'] as const)('in %s', (language) => {
  it.each([
    ['desk', 1366, 768],
    ['phone', 390, 844],
  ] as const)('is readable for everybody on a %s', async (name, width, height) => {
    const { page, complaints } = await openPage(browser, { language, width, height, bypassPolicy: true });
    await signIn(page, appliance.httpUrl, { name: 'admin', password: ADMIN_PASSWORD });
    await page.goto(`${appliance.httpUrl}/view/1`);
    await pictureOf(page).waitFor();
    await keepScreenshot(page, `quick-view-${name}-${language}`);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await layoutFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

it('is zoomed by two fingers, which draw no length, and measured by one', async () => {
  await send({ ...X_RAY, patientName: 'Nam^Gung==남^궁', patientId: 'Q-10' });
  const { page } = await openPage(browser, { width: 390, height: 844 });
  await signIn(page, appliance.httpUrl, { name: 'admin', password: ADMIN_PASSWORD });
  await page.goto(appliance.httpUrl);
  await page.getByText('남궁').first().tap();
  await pictureOf(page).waitFor();
  const pane = page.locator('[data-pane="now"]');
  const zoom = async () => Number(/(\d+)%/.exec((await pane.textContent()) ?? '')?.[1]);
  const before = await zoom();
  const erase = page.getByRole('button', { name: '길이 지우기' });
  await page.getByRole('button', { name: '길이', exact: true }).tap();
  const fingers = await page.context().newCDPSession(page);
  const touch = (type: string, ...touchPoints: { x: number; y: number; id: number }[]) =>
    fingers.send('Input.dispatchTouchEvent', { type: type as 'touchStart', touchPoints });
  await touch('touchStart', { x: 180, y: 400, id: 1 });
  await touch('touchStart', { x: 180, y: 400, id: 1 }, { x: 220, y: 400, id: 2 });
  await touch('touchMove', { x: 120, y: 400, id: 1 }, { x: 280, y: 400, id: 2 });
  await touch('touchEnd', { x: 120, y: 400, id: 1 });
  await touch('touchEnd');
  await eventually(zoom).toBeGreaterThan(before * 2);
  expect(await erase.isDisabled()).toBe(true);
  await touch('touchStart', { x: 100, y: 400, id: 1 });
  await touch('touchMove', { x: 200, y: 420, id: 1 });
  await touch('touchEnd');
  await eventually(() => erase.isDisabled()).toBe(false);
  await keepScreenshot(page, 'quick-view-touch');
  await page.context().close();
});

describe('what cannot be drawn', () => {
  it('says why, and gives the file', async () => {
    await send({ ...X_RAY, patientName: 'Han^Gyeol==한^결', patientId: 'Q-5', pixelBytes: 40 });
    const page = await newPage(browser);
    await page.goto(`${appliance.httpUrl}/login`);
    await page.getByLabel('사용자 이름').fill('admin');
    await page.getByLabel('비밀번호', { exact: true }).fill(ADMIN_PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('한결').first().click();
    await page.getByRole('alert').getByText('이 영상은 그릴 수 없습니다.').waitFor();
    await keepScreenshot(page, 'quick-view-undrawable');
    await page.context().close();
  });
});

it('fits a phone', async () => {
  await send({ ...X_RAY, patientName: 'Yoon^Seul==윤^슬', patientId: 'Q-6' });
  const { page, complaints } = await openView('윤슬', { viewport: { width: 390, height: 844 } });
  await keepScreenshot(page, 'quick-view-phone');
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  expect(complaints).toEqual([]);
  await page.close();
});

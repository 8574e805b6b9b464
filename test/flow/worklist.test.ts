/** The list of studies in a real browser, in front of the real appliance, fed by a modality over DIMSE. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { keepScreenshot, launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { dayOf, sendImages } from '../support/modality.ts';
import { openPage, openTab, signIn } from '../support/page-checks.ts';
import type { InstanceOptions } from '../support/synthetic.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const ADMIN = { name: 'admin', password: ADMIN_PASSWORD };

let appliance: TestAppliance;
let browser: Browser;
/** Where somebody has signed in. */
let desk: BrowserContext;

beforeAll(async () => {
  appliance = await startTestAppliance();
  browser = await launchBrowser();
  const { page } = await openPage(browser);
  await signIn(page, appliance.httpUrl, ADMIN);
  desk = page.context();
});
afterAll(async () => {
  await browser?.close();
  await appliance?.dispose();
});

const SMALL: InstanceOptions = { modality: 'DX', rows: 128, columns: 128, bits: 8 };

/** Small images, each a study of its own. */
const send = (...images: InstanceOptions[]) =>
  sendImages(appliance, ...images.map((options) => ({ ...SMALL, ...options })));

/** A tab on the list, signed in. */
async function openList(query = ''): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openTab(desk);
  await opened.page.goto(`${appliance.httpUrl}/${query}`);
  await opened.page.getByText('실시간').waitFor();
  return opened;
}

const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const namesIn = (page: Page) => page.locator('[data-study] a[href^="/view/"]').allTextContents();

describe('a study that arrives', () => {
  it('appears at the top by itself, name in Hangul first, and later images only change its count', async () => {
    const { page, complaints } = await openList();
    await page.mouse.move(700, 20);
    const study = {
      patientName: 'Kim^Heejung=金^希中=김^희중',
      charset: ['', 'ISO 2022 IR 149'],
      patientId: '00012345',
      patientBirthDate: '19720315',
      patientSex: 'F',
      studyDescription: 'Chest PA',
      studyInstanceUid: '1.2.826.0.1.3680043.8.498.1',
    };
    await send(study);
    const sent = performance.now();
    const row = rowOf(page, '김희중');
    await row.waitFor();
    console.log(`on the page ${Math.round(performance.now() - sent)} ms after the modality was answered (goal 2000)`);
    await expect
      .poll(() => row.textContent())
      .toMatch(/김희중\s*Kim Heejung.*00012345.*여 · 5\d세.*오늘 09:15.*X선.*1장/);
    await row.locator('img').waitFor();
    await keepScreenshot(page, 'worklist-live');

    await send({ ...study, seriesInstanceUid: '1.2.826.0.1.3680043.8.498.1.2' });
    await eventually(() => row.textContent()).toMatch(/2장/);
    expect(await rowOf(page, '김희중').count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("shows among today's studies even when the modality's clock is wrong, and says so", async () => {
    const { page } = await openList();
    await page.mouse.move(700, 20);
    await send({ patientName: '시계^틀림', studyDate: '20030101' });
    await eventually(() => rowOf(page, '시계틀림').textContent()).toMatch(/2003-01-01.*오늘 도착/);
    await page.close();
  });

  it('waits behind a button while somebody reads further down: the row under the pointer stays', async () => {
    await send(
      ...Array.from({ length: 40 }, (_, index) => ({ patientName: `환자^${index}`, patientId: `R-${index}` })),
    );
    const { page, complaints } = await openList();
    await page.locator('[data-study]').first().waitFor();
    await page.mouse.move(700, 500);
    const pointedAt = () =>
      page.evaluate(() => {
        const { document } = globalThis as unknown as {
          document: { elementFromPoint(x: number, y: number): { closest(s: string): { id: string } | null } };
        };
        return document.elementFromPoint(700, 500).closest('[data-study]')?.id;
      });
    const scrolled = () => page.getByRole('grid').evaluate((grid: { scrollTop: number }) => grid.scrollTop);
    await page.mouse.wheel(0, 600);
    await eventually(scrolled).toBe(600);
    const before = await pointedAt();
    await send({ patientName: '새^환자' }, { patientName: '또^새환자' }, { patientName: '셋째^환자' });
    const button = page.getByRole('button', { name: /새 검사 3건/ });
    await button.waitFor();
    expect(await pointedAt()).toBe(before);
    await keepScreenshot(page, 'worklist-waiting');
    await button.click();
    await rowOf(page, '셋째환자').waitFor();
    expect((await namesIn(page)).slice(0, 3)).toEqual(['셋째환자', '또새환자', '새환자']);
    expect(await button.count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe('finding', () => {
  beforeAll(async () => {
    await send(
      { patientName: 'Park^Seoyeon==박^서연', patientId: '20260077', modality: 'US' },
      { patientName: 'Park^Sooyoung==박^수영', patientId: '20260078', studyDate: dayOf(1), modality: 'CT' },
      { patientName: 'Choi^Dobin==최^도빈', patientId: '30000001', studyDate: dayOf(200), modality: 'MR' },
    );
  });

  it.each([
    ['Hangul', '서연', ['박서연']],
    ['initial consonants', 'ㅂㅅㅇ', ['박서연', '박수영']],
    ['Latin', 'sooy', ['박수영']],
    ['the patient ID', '20260077', ['박서연']],
    ['a person who was last here long ago', '최도빈', ['최도빈']],
  ])('by %s looks on all days and keeps what was typed out of the address', async (_, text, names) => {
    const { page, complaints } = await openList();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.keyboard.press('/');
    await page.keyboard.type(text);
    await page.getByRole('heading', { name: `'${text}' 검색 결과` }).waitFor();
    await eventually(async () => (await namesIn(page)).toSorted()).toEqual(names);
    expect([page.url(), ...asked].filter((url) => decodeURIComponent(url).includes(text))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('by period and kind goes into the address, and Back leads back', async () => {
    const { page } = await openList();
    await page.getByText('어제', { exact: true }).click();
    await page.getByRole('heading', { name: '어제 검사' }).waitFor();
    await page.getByRole('button', { name: 'CT' }).click();
    await eventually(() => namesIn(page)).toContain('박수영');
    expect(new URL(page.url()).search).toBe('?date=yesterday&kind=ct');
    await page.goBack();
    await page.goBack();
    await page.getByRole('heading', { name: '오늘 검사' }).waitFor();
    await page.close();
  });

  it('nothing says what else to try, one press away', async () => {
    const { page } = await openList('?date=yesterday');
    await page.getByRole('searchbox').fill('최도빈');
    await page.getByRole('heading', { name: '찾는 검사가 없습니다.' }).waitFor();
    await keepScreenshot(page, 'worklist-nothing-found');
    await page.getByRole('button', { name: '전체 기간에서 찾기' }).click();
    await rowOf(page, '최도빈').waitFor();
    await page.close();
  });
});

describe('the keyboard', () => {
  it('leads from the search to the images and back', async () => {
    await send(
      { patientName: 'Jang^Gari==장^가리', patientId: 'K-1' },
      { patientName: 'Jang^Nari==장^나리', patientId: 'K-2' },
    );
    const { page, complaints } = await openList();
    await page.keyboard.press('/');
    await page.keyboard.type('jang');
    await eventually(() => namesIn(page)).toHaveLength(2);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const selected = page.locator('[aria-selected="true"]');
    await eventually(() => selected.textContent()).toContain('장가리');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/view\/\d+/);
    await page.getByLabel('영상', { exact: true }).getByText('장가리').waitFor();
    await page.keyboard.press('Escape');
    await eventually(() => namesIn(page)).toHaveLength(2);
    await page.keyboard.press('ArrowDown');
    const opening = page.context().waitForEvent('page');
    await page.keyboard.press('o');
    const viewer = await opening;
    await viewer.waitForURL(/\/viewer\/viewer\?StudyInstanceUIDs=[\d.]+$/);
    await viewer.close();
    await page.keyboard.press('Escape');
    expect(await selected.count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: '오늘 검사' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: '단축키' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

it('speaks English at a press and remembers it', async () => {
  await send({ patientName: 'Oh^Hana==오^하나' });
  const { page, complaints } = await openList();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: "Today's studies" }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: "Today's studies" }).waitFor();
  await rowOf(page, '오하나').waitFor();
  expect(await page.getByText('Not an approved medical device').isVisible()).toBe(true);
  await keepScreenshot(page, 'worklist-english');
  expect(complaints).toEqual([]);
  await page.close();
});

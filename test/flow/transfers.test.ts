/** Sending a study to another clinic and fetching one from there, in a real browser, between two real appliances. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { keepScreenshot, launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { sendImages } from '../support/modality.ts';
import { type Look, layoutFaults, openSignedIn, seriousFaults } from '../support/page-checks.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let clinic: TestAppliance;
let hospital: TestAppliance;
let browser: Browser;

beforeAll(async () => {
  const modality = { name: '촬영실', aeTitle: 'MODALITY', host: '127.0.0.1', port: null, may: ['store'] };
  const clinicAtHospital = { name: '의원', aeTitle: 'CLINIC', host: '127.0.0.1', may: ['store', 'query', 'retrieve'] };
  hospital = await startTestAppliance({
    config: { dicom: { aeTitle: 'HOSPITAL' }, devices: [modality, { ...clinicAtHospital, port: null }] },
  });
  clinic = await startTestAppliance({
    config: {
      dicom: { aeTitle: 'CLINIC' },
      devices: [
        modality,
        { name: '큰 병원', aeTitle: 'HOSPITAL', host: '127.0.0.1', port: hospital.dicomPort, may: ['store'] },
        { name: '꺼진 PC', aeTitle: 'OFF', host: '127.0.0.1', port: 1, may: ['store'] },
      ],
    },
  });
  const small = { rows: 64, columns: 64 };
  await sendImages(clinic, { ...small, patientName: 'Kim^Ours==김^우리', patientId: 'OURS-1' });
  await sendImages(hospital, {
    ...small,
    ...{ patientName: 'Hong^Gildong=洪^吉洞=홍^길동', patientId: 'THEIRS-1', studyDescription: 'Brain CT' },
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await clinic?.dispose();
  await hospital?.dispose();
});

const open = (path: string, look?: Look) => openSignedIn(browser, clinic.httpUrl + path, look);

const rowOf = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });

describe('a study of ours', () => {
  it('is sent from its row in the list, and every image is accounted for', async () => {
    const { page, complaints } = await open('/');
    await rowOf(page, '김우리').getByRole('link', { name: '보내기' }).click();
    await page.waitForURL(/\/transfers\?study=\d+$/);
    await page.getByText('김우리').waitFor();
    await page.getByLabel('받을 곳').selectOption('큰 병원');
    await keepScreenshot(page, 'transfers-send');
    await page.getByRole('button', { name: '보내기', exact: true }).click();
    const sent = rowOf(page, '큰 병원에 보내기');
    await eventually(() => sent.textContent()).toMatch(/OURS-1.*admin.*모두 도착.*1장 중 1장 도착/);
    expect(page.url()).toMatch(/\/transfers$/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('that does not arrive says so, and why', async () => {
    const { page } = await open('/');
    await rowOf(page, '김우리').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('s');
    await page.getByLabel('받을 곳').selectOption('꺼진 PC');
    await page.getByRole('button', { name: '보내기', exact: true }).press('Enter');
    const sent = rowOf(page, '꺼진 PC에 보내기');
    await eventually(() => sent.textContent()).toMatch(/실패.*1장 실패/);
    await sent.getByText('이유 보기').click();
    await keepScreenshot(page, 'transfers-failed');
    await page.context().close();
  });
});

describe('a study of another PACS', () => {
  it('is found by a name in Hangul and fetched', async () => {
    const { page, complaints } = await open('/transfers');
    await page.getByLabel('환자 이름').fill('홍길동');
    await page.getByLabel('가져오는 방법').selectOption('get');
    await page.keyboard.press('Enter');
    await page.getByText('검사 1건을 찾았습니다.').waitFor();
    const found = rowOf(page, '홍길동');
    expect(await found.textContent()).toMatch(/THEIRS-1.*Brain CT.*1장/);
    await keepScreenshot(page, 'transfers-found');
    await found.getByRole('button', { name: /홍길동 .* 가져오기/ }).click();
    await eventually(() => rowOf(page, '큰 병원에서 가져오기').textContent()).toMatch(
      /THEIRS-1.*모두 도착.*1장 중 1장/,
    );
    await page.goto(clinic.httpUrl);
    await rowOf(page, '홍길동').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is not searched for without a condition', async () => {
    const { page } = await open('/transfers');
    await page.getByRole('button', { name: '찾기' }).click();
    await page.getByText('찾을 조건을 하나는 적어 주세요.').waitFor();
    await page.context().close();
  });
});

describe.each([
  { name: 'phone', look: { width: 390, height: 844, language: 'ko' } },
  { name: 'dark-english', look: { dark: true, language: 'en' } },
] as const)('on $name', ({ name, look }) => {
  it('is readable for everybody', async () => {
    const { page } = await open('/transfers?study=1', { ...look, bypassPolicy: true });
    await page.getByText('김우리').first().waitFor();
    await keepScreenshot(page, `transfers-${name}`);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await layoutFaults(page)).toEqual([]);
    await page.context().close();
  });
});

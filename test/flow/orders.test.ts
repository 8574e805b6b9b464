/** The page of orders in a real browser: added by keyboard, seen by the modality, cancelled. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { keepScreenshot, launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { dayOf, sendImages } from '../support/modality.ts';
import { type Look, layoutFaults, openSignedIn, seriousFaults } from '../support/page-checks.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let appliance: TestAppliance;
let browser: Browser;

beforeAll(async () => {
  appliance = await startTestAppliance();
  const known = { patientName: 'Kim^Heejung==김^희중', patientId: '00012345', patientBirthDate: '19720315' };
  await sendImages(appliance, { ...known, patientSex: 'F', studyDate: dayOf(30), rows: 64, columns: 64 });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await appliance?.dispose();
});

const openOrders = (look?: Look) => openSignedIn(browser, `${appliance.httpUrl}/orders`, look);

const rowOf = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });

describe('an order', () => {
  it('is added by keyboard alone, one after the other, and a patient who was here before is known', async () => {
    const { page, complaints } = await openOrders();
    await page.getByText('이 날에는 예약이 없습니다.').waitFor();
    await page.getByLabel('등록번호').focus();
    await page.keyboard.type('00012345');
    await page.keyboard.press('Tab');
    await page.getByText('전에 오신 김희중 님의 등록번호입니다.').waitFor();
    await page.getByRole('button', { name: '이름과 생년월일 채우기' }).press('Enter');
    expect(await page.getByLabel('이름', { exact: true }).inputValue()).toBe('김희중');
    expect(await page.getByLabel('생년월일').inputValue()).toBe('1972-03-15');
    await page.getByLabel('검사명').focus();
    await page.keyboard.type('흉부 정면');
    await page.keyboard.press('Enter');
    await page.getByText(/김희중 님의 예약을 추가했습니다. 접수번호 \S+/).waitFor();
    expect(await rowOf(page, '흉부 정면').textContent()).toMatch(/김희중.*1972-03-15.*00012345.*DX.*대기/);

    await eventually(() => page.evaluate<string>('document.activeElement.name')).toBe('patientId');
    await page.keyboard.type('777');
    await page.keyboard.press('Enter');
    await eventually(() => page.getByText('적어 주세요.', { exact: true }).count()).toBe(2);
    expect(await page.evaluate<string>('document.activeElement.name')).toBe('patientName');
    await keepScreenshot(page, 'orders-incomplete');
    await page.getByLabel('이름', { exact: true }).fill('박서연');
    await page.getByLabel('검사명').fill('복부 초음파');
    await page.getByLabel('장비 종류').selectOption('US');
    await page.getByLabel('검사 시각').fill('14:30');
    await page.keyboard.press('Enter');
    await eventually(() => rowOf(page, '박서연').textContent()).toMatch(/14:30.*777.*US.*복부 초음파.*대기/);
    await keepScreenshot(page, 'orders');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is asked about once before it is cancelled, and stays as cancelled', async () => {
    const { page, complaints } = await openOrders();
    const row = rowOf(page, '박서연');
    await row.getByRole('button', { name: '박서연 예약 취소' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: '박서연 님의 복부 초음파 예약을 취소할까요?' });
    await dialog.getByRole('button', { name: '예약 취소' }).press('Enter');
    await eventually(() => row.textContent()).toContain('취소됨');
    expect(await row.getByRole('button').count()).toBe(0);
    await page.getByRole('button', { name: '다음 날' }).click();
    await page.getByText('이 날에는 예약이 없습니다.').waitFor();
    expect(new URL(page.url()).search).toMatch(/^\?day=\d{8}$/);
    await page.goBack();
    await rowOf(page, '김희중').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe.each([
  { name: 'phone', look: { width: 390, height: 844, language: 'ko' } },
  { name: 'dark-english', look: { dark: true, language: 'en' } },
] as const)('on $name', ({ name, look }) => {
  it('is readable for everybody', async () => {
    const { page } = await openOrders({ ...look, bypassPolicy: true });
    await rowOf(page, '김희중').waitFor();
    await keepScreenshot(page, `orders-${name}`);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await layoutFaults(page)).toEqual([]);
    await page.context().close();
  });
});

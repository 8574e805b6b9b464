/** The page of devices in a real browser: connections as they come, approval by one press, adding, testing, removing. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { store } from '../support/archive.ts';
import { keepScreenshot, launchBrowser } from '../support/browser.ts';
import { IMPLICIT, identifier, STUDY_ROOT_FIND } from '../support/dimse-bytes.ts';
import { DimseClient } from '../support/dimse-client.ts';
import { eventually } from '../support/eventually.ts';
import { type Look, layoutFaults, openSignedIn, seriousFaults } from '../support/page-checks.ts';
import { makeInstance } from '../support/synthetic.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let appliance: TestAppliance;
let browser: Browser;

beforeAll(async () => {
  appliance = await startTestAppliance({ config: { devices: [] } });
  await store(appliance.archive, makeInstance({ patientId: 'P-1' }));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await appliance?.dispose();
});

/** What a viewer does: how many studies it finds, or that its request is refused. */
async function find(callingAe: string): Promise<number | 'refused'> {
  const contexts = [[STUDY_ROOT_FIND, [IMPLICIT]]] as const;
  const client = await DimseClient.associate({ port: appliance.dicomPort, callingAe, contexts });
  try {
    if (client.accepted.results.get(1) !== 0) return 'refused';
    return (await client.find(identifier({ '00080052': 'STUDY', '0020000D': '' }))).dataSets.length;
  } finally {
    await client.release();
  }
}

const openDevices = (look?: Look) => openSignedIn(browser, `${appliance.httpUrl}/devices`, look);

const attemptOf = (page: Page, ae: string) => page.getByRole('listitem').filter({ hasText: ae });

describe('a device that connects', () => {
  it('appears by itself with the reason and the next step, and is approved by one press, which can be taken back', async () => {
    const { page, complaints } = await openDevices();
    await page.getByText('아직 연결한 장비가 없습니다.').waitFor();
    for (const words of ['서버 주소 (IP)', String(appliance.dicomPort), 'CLINICPACS']) {
      await page.getByText(words, { exact: true }).first().waitFor();
    }
    await page.mouse.move(5, 5);
    expect(await find('RADIANT')).toBe('refused');
    const attempt = attemptOf(page, 'RADIANT');
    await attempt.getByText('필요한 일이면 이 장비에 권한을 주세요.').waitFor();
    expect(await attempt.textContent()).toMatch(/실패.*RADIANT.*127\.0\.0\.1.*오늘 \d\d:\d\d/);
    await keepScreenshot(page, 'devices-attempt');
    await attempt.getByRole('button', { name: /승인/ }).click();
    await page.getByText(/'RADIANT' 장비를 승인했습니다. 허용한 일: 조회/).waitFor();
    await attempt.waitFor({ state: 'detached' });
    await keepScreenshot(page, 'devices-approved');
    expect(await find('RADIANT')).toBe(1);

    await page.getByRole('button', { name: '승인 취소' }).click();
    await page.getByText('승인한 장비가 아직 없습니다.').waitFor();
    await keepScreenshot(page, 'devices-none');
    expect(await find('RADIANT')).toBe('refused');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('waits behind a button while somebody points at the list', async () => {
    const { page } = await openDevices();
    await attemptOf(page, 'RADIANT').first().hover();
    const first = () => page.getByRole('listitem').first().textContent();
    const before = await first();
    expect(await find('NEWCOMER')).toBe('refused');
    const fresh = page.getByRole('button', { name: '새 연결 1건 보기' });
    await fresh.waitFor();
    expect(await first()).toBe(before);
    await fresh.hover();
    await keepScreenshot(page, 'devices-fresh');
    // Long enough for the page to draw again: the button that somebody is about to press stays.
    await page.waitForTimeout(300);
    expect(await first()).toBe(before);
    await fresh.click();
    await eventually(first).toContain('NEWCOMER');
    await page.context().close();
  });

  it('with a browser on the DICOM port is told what it is', async () => {
    const { page } = await openDevices();
    await page.mouse.move(5, 5);
    await fetch(`http://127.0.0.1:${appliance.dicomPort}/`).catch(() => undefined);
    await page.getByText('화면은 웹 주소로 열어 주세요.').waitFor();
    await page.context().close();
  });
});

describe('a device that is known', () => {
  it('is added, told what is wrong with it, tested, changed and removed, by keyboard alone', async () => {
    const { page, complaints } = await openDevices();
    await page.getByRole('button', { name: '장비 추가' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: '장비 추가' });
    await dialog.getByLabel('장비 이름').fill('1촬영실');
    await dialog.getByLabel('AE 타이틀').fill('MUCH TOO LONG A TITLE');
    await dialog.getByLabel('IP 주소').fill('127.0.0.1');
    await dialog.getByLabel('포트').fill(String(appliance.dicomPort));
    await page.keyboard.press('Enter');
    await dialog
      .getByText(/AE 타이틀/)
      .nth(1)
      .waitFor();
    await keepScreenshot(page, 'devices-form-wrong');
    await dialog.getByLabel('AE 타이틀').fill('DX1');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    const row = page.getByRole('row').filter({ hasText: '1촬영실' });
    expect(await row.textContent()).toMatch(/DX1.*127\.0\.0\.1:\d+.*영상 저장/);
    await row.getByRole('button', { name: '1촬영실 연결 시험' }).press('Enter');
    await row.getByText(/응답함 \(\d+ ms\)/).waitFor();
    await row.getByRole('button', { name: '1촬영실 고치기' }).press('Enter');
    const editing = page.getByRole('dialog', { name: '장비 고치기' });
    await editing.getByLabel('포트').fill('1');
    await editing.getByLabel(/예약 목록/).press('Space');
    await editing.getByRole('button', { name: '저장' }).press('Enter');
    await editing.waitFor({ state: 'detached' });
    await eventually(() => row.textContent()).toContain('영상 저장, 예약 목록');
    await row.getByRole('button', { name: '1촬영실 연결 시험' }).press('Enter');
    await row.getByText('연결 안 됨').waitFor();
    await keepScreenshot(page, 'devices');
    await row.getByRole('button', { name: '1촬영실 삭제' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: '삭제' }).press('Enter');
    await row.waitFor({ state: 'detached' });
    // The answer with what is wrong is a 422, which browsers write to the console.
    expect(complaints.filter((line) => !line.includes('422'))).toEqual([]);
    await page.context().close();
  });
});

describe.each([
  { name: 'phone', look: { width: 390, height: 844, language: 'ko' } },
  { name: 'dark-english', look: { dark: true, language: 'en' } },
] as const)('on $name', ({ name, look }) => {
  it('is readable for everybody, with connections and an open form', async () => {
    const { page } = await openDevices({ ...look, bypassPolicy: true });
    await page.getByRole('listitem').first().waitFor();
    await page.locator('details summary').first().click();
    await keepScreenshot(page, `devices-${name}`);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await layoutFaults(page)).toEqual([]);
    await page.getByRole('button', { name: /장비 추가|Add device/ }).click();
    await page.getByRole('dialog').locator('summary').click();
    await keepScreenshot(page, `devices-form-${name}`);
    expect(await seriousFaults(page)).toEqual([]);
    await page.context().close();
  });
});

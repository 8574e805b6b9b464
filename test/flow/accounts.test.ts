/** People in a real browser: added, changed, shut out, the own password, and what of it stands in the access log. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { keepScreenshot, launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { layoutFaults, openPage, openSignedIn, seriousFaults, signIn } from '../support/page-checks.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const ADMIN = { name: 'admin', password: ADMIN_PASSWORD };
const PASSWORD = 'green cow battery';

let appliance: TestAppliance;
let browser: Browser;

beforeAll(async () => {
  appliance = await startTestAppliance();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await appliance?.dispose();
});

const open = (path: string, person?: { name: string; password: string }) =>
  openSignedIn(browser, appliance.httpUrl + path, {}, person);

const rowOf = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });

describe('a person', () => {
  it('is added, gets another role and password, and is shut out', async () => {
    const { page, complaints } = await open('/users');
    await page.getByRole('button', { name: '사용자 추가' }).press('Enter');
    const adding = page.getByRole('dialog', { name: '새 사용자' });
    await adding.getByLabel('사용자 이름').fill('kim');
    await adding.getByLabel('화면에 보일 이름').fill('김간호사');
    await adding.getByLabel('처음 비밀번호', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('kim 사용자를 추가했습니다.').waitFor();
    const row = rowOf(page, '김간호사');
    await row.getByRole('button', { name: 'kim 고치기' }).press('Enter');
    const editing = page.getByRole('dialog', { name: 'kim 고치기' });
    await editing.getByLabel('역할').selectOption('관리자');
    await editing.getByLabel('새 비밀번호', { exact: true }).fill('short');
    await page.keyboard.press('Enter');
    await editing.getByText('비밀번호는 10자 이상이어야 합니다.').waitFor();
    await editing.getByLabel('새 비밀번호', { exact: true }).fill('another cow battery');
    await keepScreenshot(page, 'users-edit');
    await page.keyboard.press('Enter');
    await eventually(() => row.textContent()).toMatch(/관리자.*사용 중/);
    await row.getByRole('button', { name: '사용 중지' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '사용 중지' }).click();
    await eventually(() => row.textContent()).toContain('사용 중지');
    await keepScreenshot(page, 'users');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('changes the own password, whatever the role, and goes on working', async () => {
    const { page: admin } = await open('/users');
    const created = await admin.context().request.post(`${appliance.httpUrl}/api/users`, {
      data: { name: 'lee', displayName: '이선생', role: 'viewer', password: PASSWORD },
      headers: { Origin: appliance.httpUrl },
    });
    expect(created.status()).toBe(200);
    await admin.context().close();
    const { page, complaints } = await open('/', { name: 'lee', password: PASSWORD });
    await page.getByRole('button', { name: /이선생/ }).click();
    const dialog = page.getByRole('dialog', { name: '내 비밀번호 바꾸기' });
    await dialog.getByLabel('지금 비밀번호', { exact: true }).fill('not mine at all');
    await dialog.getByLabel('새 비밀번호', { exact: true }).fill('brand new battery');
    await dialog.getByLabel('비밀번호 다시 입력', { exact: true }).fill('brand new batter');
    await page.keyboard.press('Enter');
    await dialog.getByText('두 비밀번호가 다릅니다.').waitFor();
    await dialog.getByLabel('비밀번호 다시 입력', { exact: true }).fill('brand new battery');
    await page.keyboard.press('Enter');
    await dialog.getByText('지금 비밀번호가 맞지 않습니다.').waitFor();
    await keepScreenshot(page, 'own-password');
    await dialog.getByLabel('지금 비밀번호', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await dialog.getByText('비밀번호를 바꿨습니다.').waitFor();
    await dialog.getByRole('button', { name: '닫기' }).last().click();
    await page.reload();
    await page.getByRole('heading', { name: '오늘 검사' }).waitFor();
    expect(await page.getByRole('link', { name: '사용자' }).count()).toBe(0);
    await page.goto(`${appliance.httpUrl}/devices`);
    await page.getByText('볼 수 없는 화면입니다.').waitFor();
    // A refused password is a 401, which browsers write to the console.
    expect(complaints.filter((line) => !line.includes('401'))).toEqual([]);
    await page.context().close();
  });
});

it('finds in the access log who did what, and keeps what was typed out of the address', async () => {
  const { page } = await open('/access-log');
  await rowOf(page, '비밀번호 변경').first().waitFor();
  await page.getByLabel('누가').fill('lee');
  await page.keyboard.press('Enter');
  const people = () => page.locator('td[data-title="누가"]').allTextContents();
  await eventually(async () => [...new Set(await people())]).toEqual(['lee']);
  await keepScreenshot(page, 'access-log-found');
  await page.getByLabel('끝일').fill('2001-01-01');
  await page.getByRole('button', { name: '찾기' }).click();
  await page.getByText('이 조건에 맞는 기록이 없습니다.').waitFor();
  await page.getByRole('button', { name: '모두 보기' }).click();
  await eventually(async () => new Set(await people()).size).toBeGreaterThan(1);
  expect(page.url()).toBe(`${appliance.httpUrl}/access-log`);
  await page.context().close();
});

it('is readable for everybody with its dialogs open', async () => {
  const { page } = await openPage(browser, { width: 390, height: 844, bypassPolicy: true });
  await signIn(page, appliance.httpUrl, ADMIN);
  await page.goto(`${appliance.httpUrl}/users`);
  await page.getByRole('button', { name: 'kim 고치기' }).click();
  expect(await seriousFaults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /admin/ }).click();
  await page.getByRole('dialog').waitFor();
  await keepScreenshot(page, 'own-password-phone');
  expect(await seriousFaults(page)).toEqual([]);
  expect(await layoutFaults(page)).toEqual([]);
  await page.context().close();
});

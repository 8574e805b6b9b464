/** What an administrator sets up and does on the page of backups, in one browser context: a fresh one costs seconds. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type MailServer, startMailServer } from '../backup/support/mail-server.ts';
import { startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { store } from '../support/archive.ts';
import { keepScreenshot, launchBrowser } from '../support/browser.ts';
import { freshFolder } from '../support/folders.ts';
import { layoutFaults, openSignedIn, seriousFaults } from '../support/page-checks.ts';
import { makeStudy } from '../support/synthetic.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let appliance: TestAppliance;
let browser: Browser;
let page: Page;
let complaints: string[];
let mail: MailServer;

beforeAll(async () => {
  const target = freshFolder();
  appliance = await startTestAppliance({ config: { backup: { targets: [{ kind: 'folder', path: target }] } } });
  for (const instance of makeStudy(1, 3, { pixelBytes: 5_000 })) await store(appliance.archive, instance);
  mail = await startMailServer();
  browser = await launchBrowser();
  ({ page, complaints } = await openSignedIn(browser, `${appliance.httpUrl}/backup`));
});
afterAll(async () => {
  await browser?.close();
  await mail?.close();
  await appliance?.dispose();
});

const block = (name: string) => page.locator('section').filter({ has: page.getByRole('heading', { name, level: 2 }) });
const dialog = (name: string) => page.getByRole('dialog', { name });

/** The page as it is now, at the width of a clinic's PC and of a phone. */
async function isWellMade(name: string): Promise<void> {
  await keepScreenshot(page, `backup-${name}`);
  expect(await seriousFaults(page)).toEqual([]);
  expect(await layoutFaults(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await keepScreenshot(page, `backup-${name}-phone`);
  expect(await layoutFaults(page)).toEqual([]);
  await page.setViewportSize({ width: 1366, height: 768 });
}

it('notices: a mail account is set up with the keyboard, tried, kept without showing its password, and turned off', async () => {
  const notices = block('알림');
  await notices.getByRole('button', { name: '메일 설정' }).press('Enter');
  const form = dialog('메일');
  await form.getByLabel('보내는 메일 주소').fill('pacs@clinic.kr');
  await form.getByRole('button', { name: '저장' }).press('Enter');
  await form.getByText('받는 사람의 메일 주소를 적어 주세요.').waitFor();
  await isWellMade('mail');
  await form.getByLabel('받는 사람').fill('kim@clinic.kr, wrong');
  await form.getByLabel('보내는 메일 서비스').selectOption('다른 메일 서버');
  await form.getByLabel('메일 서버', { exact: true }).fill('127.0.0.1');
  await form.getByLabel('포트').fill(String(mail.port));
  await form.getByLabel('암호화 방식').selectOption('암호화 안 함');
  await form.getByLabel('로그인 아이디').fill('pacs');
  await form.getByLabel('메일 비밀번호').first().fill('geheim');
  await form.getByLabel('메일 비밀번호').first().press('Enter');
  await form.getByLabel('받는 사람').and(form.locator('[aria-invalid=true]')).waitFor();
  await form.getByLabel('받는 사람').fill('kim@clinic.kr, it@clinic.kr');
  await form.getByRole('button', { name: '저장' }).click();
  await form.waitFor({ state: 'detached' });

  await notices.getByRole('button', { name: '메일 변경' }).click();
  expect(await form.getByLabel('메일 비밀번호').first().inputValue()).toBe('');
  await form.getByRole('button', { name: '저장' }).press('Enter');
  await form.waitFor({ state: 'detached' });
  await notices.getByRole('button', { name: '시험 알림 보내기' }).click();
  await notices.getByText('보냄').waitFor();
  expect(mail.messages).toMatchObject([{ login: 'pacs:geheim', recipients: ['<kim@clinic.kr>', '<it@clinic.kr>'] }]);
  await notices.scrollIntoViewIfNeeded();
  await isWellMade('notices');

  await notices.getByRole('button', { name: '메일 끄기' }).click();
  await dialog('메일 알림을 끌까요?').getByRole('button', { name: '끄기' }).click();
  await notices.getByText('지금은 백업이 실패해도').waitFor();
  // The browser itself tells of the address that was refused.
  expect(complaints.splice(0)).toEqual([expect.stringContaining('422')]);
});

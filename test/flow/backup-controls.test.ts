/** What an administrator sets up and does on the page of backups, in one browser context: a fresh one costs seconds. */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { identitiesIn } from '../../backup/encryption/key-ring.ts';
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
  // A night that was missed is made up a minute after the start, in the midst of what is done here: this one was not.
  const value = JSON.stringify({ lastSuccess: new Date().toISOString() });
  await appliance.archive.database.write('setRecordsMeta', { key: `backup.target:${target}`, value });
  appliance = await appliance.restart();
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

/** Runs in the page. */
function borderOf(element: unknown): string {
  const view = globalThis as unknown as { getComputedStyle(element: unknown): { borderTopStyle: string } };
  return view.getComputedStyle(element).borderTopStyle;
}

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

it('encryption: explained, keys kept as file and paper, on when the end of the paper key is typed; the disk then says so', async () => {
  const encryption = block('암호화');
  await encryption.getByRole('button', { name: '암호화 켜기' }).press('Enter');
  await dialog('백업 암호화').getByText('누구도 백업을 열 수 없습니다').waitFor();
  await isWellMade('encryption-explained');
  await dialog('백업 암호화').getByRole('button', { name: '열쇠 만들기' }).press('Enter');

  const file = dialog('의원 열쇠 파일 저장');
  const next = { name: '다음' };
  await file.waitFor();
  for (let press = 0; press < 3; press++) await page.keyboard.press('Escape');
  expect(await file.getByRole('button', next).isDisabled()).toBe(true);
  const download = page.waitForEvent('download');
  await file.getByRole('button', { name: '열쇠 파일 저장' }).press('Enter');
  const [clinicKey = ''] = identitiesIn(await readFile(await (await download).path(), 'utf8'));
  expect(clinicKey).toMatch(/^AGE-SECRET-KEY-1/);
  await isWellMade('encryption-file');
  await file.getByRole('button', next).press('Enter');

  const sheet = dialog('복구 안내지 인쇄');
  const shown = sheet.frameLocator('iframe').locator('.key');
  const paperKey = ((await shown.textContent()) ?? '').trim();
  expect(identitiesIn(paperKey)).toEqual([paperKey]);
  expect(paperKey).not.toBe(clinicKey);
  expect((await shown.boundingBox())?.width).toBeGreaterThan(400);
  // Its own style is let in: the key has a border.
  expect(await shown.evaluate(borderOf)).toBe('solid');
  await sheet.getByRole('button', { name: '인쇄' }).press('Enter');
  await isWellMade('encryption-sheet');
  await sheet.getByRole('button', next).press('Enter');

  const paper = dialog('인쇄한 안내지 확인');
  const ending = paper.getByLabel('마지막 여섯 글자');
  await ending.fill('qqqqqq');
  await ending.press('Enter');
  await paper.getByText('안내지의 마지막 여섯 글자가 아닙니다.').waitFor();
  await isWellMade('encryption-confirm');
  await ending.fill(paperKey.slice(-6).toLowerCase());
  await ending.press('Enter');
  await isWellMade('encryption-done');
  await dialog('암호화를 켰습니다').getByText('닫기').click();
  await encryption.getByText('켜짐').waitFor();

  await page.getByRole('button', { name: '지금 백업' }).click();
  await page.getByRole('table', { name: '백업 디스크' }).getByText('암호화됨').waitFor();
  await isWellMade('encryption-on');
  expect(complaints.splice(0)).toEqual([expect.stringContaining('400')]);
});

it('a study that lost an image here is found in the backup by its patient, and the image is put back', async () => {
  const [lost = ''] = readdirSync(join(appliance.dataDir, 'images'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.dcm') && statSync(join(appliance.dataDir, 'images', name)).size > 5_000,
  );
  const before = readFileSync(join(appliance.dataDir, 'images', lost));
  rmSync(join(appliance.dataDir, 'images', lost));
  const look = block('백업에서 찾아 되살리기');
  await look.getByLabel('환자번호, 이름 또는').fill('nobody');
  await look.getByLabel('환자번호, 이름 또는').press('Enter');
  await look.getByText('백업에 검사 0건이 있습니다.').waitFor();
  await look.getByLabel('환자번호, 이름 또는').fill('');
  await look.getByLabel('환자번호, 이름 또는').press('Enter');
  await look.getByText('백업에 검사 1건이 있습니다.').waitFor();
  await look.scrollIntoViewIfNeeded();
  await isWellMade('look');
  await look.getByRole('button', { name: /되살리기$/ }).press('Enter');
  const ask = dialog('백업에서 되살릴까요?');
  await ask.getByLabel('영상 하나').check();
  await ask.getByRole('button', { name: '되살리기' }).click();
  await ask.getByText('영상의 SOP Instance UID를 적어 주세요.').waitFor();
  await isWellMade('put-back');
  await ask.getByLabel('이 검사').check();
  await ask.getByRole('button', { name: '되살리기' }).press('Enter');
  const done = dialog('되살렸습니다');
  await done.getByText('영상 3장 가운데 1장을 되살렸습니다. 2장은 멀쩡해서 그대로 두었습니다.').waitFor();
  await isWellMade('put-back-done');
  await done.getByText('닫기').click();
  expect(readFileSync(join(appliance.dataDir, 'images', lost)).equals(before)).toBe(true);
  expect(complaints).toEqual([]);
});

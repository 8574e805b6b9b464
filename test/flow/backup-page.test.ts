/** The page of backups in a real browser: no place yet, a run by hand, a place that is away, and the colour of each. */
import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { store } from '../support/archive.ts';
import { keepScreenshot, launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { freshFolder } from '../support/folders.ts';
import { type Look, layoutFaults, openSignedIn, seriousFaults } from '../support/page-checks.ts';
import { makeStudy } from '../support/synthetic.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let appliance: TestAppliance;
let browser: Browser;
let target: string;

beforeAll(async () => {
  target = freshFolder();
  appliance = await startTestAppliance({ config: { backup: { targets: [{ kind: 'folder', path: target }] } } });
  for (const instance of makeStudy(2, 3, { pixelBytes: 50_000 })) await store(appliance.archive, instance);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await appliance?.dispose();
});

const openBackup = (look?: Look) => openSignedIn(browser, `${appliance.httpUrl}/backup`, look);

const runs = (page: Page) => page.getByRole('table', { name: '최근 백업' }).getByRole('row');

describe('a backup', () => {
  it('is run by one press; the page says what became of it and that no restore has been proved yet', async () => {
    const { page, complaints } = await openBackup();
    await page.getByText('아직 백업한 적이 없습니다.').waitFor();
    await page.getByRole('button', { name: '지금 백업' }).press('Enter');
    await eventually(() => runs(page).nth(1).textContent()).toMatch(/오늘 \d\d:\d\d.*직접 실행.*성공.*6장/);
    await page.getByText('백업되었습니다.').waitFor();
    await page.getByText('아직 복구 훈련을 하지 않았습니다.').first().waitFor();
    expect(await page.getByText(/일째 복구 확인/).count()).toBe(0);
    await keepScreenshot(page, 'backup-done');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('whose place is away has failed, with the reason, and shows on every page', async () => {
    const { page } = await openBackup();
    renameSync(target, `${target}-away`);
    await page.getByRole('button', { name: '지금 백업' }).click();
    await page.getByText('마지막 백업이 실패했습니다.').waitFor();
    await eventually(() => runs(page).nth(1).textContent()).toMatch(/실패/);
    await keepScreenshot(page, 'backup-failed');
    renameSync(`${target}-away`, target);
    await page.getByRole('button', { name: '지금 백업' }).click();
    await page.getByText('백업되었습니다.').waitFor();
    await page.context().close();
  });
});

it('stops when ransomware is suspected, says why, and begins again only after somebody has looked', async () => {
  const canaries = join(appliance.dataDir, 'canary');
  for (const name of readdirSync(canaries)) writeFileSync(join(canaries, name), randomBytes(500));
  const { page, complaints } = await openBackup();
  await page.getByRole('button', { name: '지금 백업' }).click();
  const alarm = page.getByRole('alert').filter({ hasText: '랜섬웨어가 의심되어 백업을 멈췄습니다.' });
  await alarm.waitFor();
  expect(await alarm.textContent()).toContain('canary/');
  await keepScreenshot(page, 'backup-alarm');
  await alarm.getByRole('button', { name: '확인했습니다' }).press('Enter');
  await page
    .getByRole('dialog', { name: '백업을 다시 시작하게 할까요?' })
    .getByRole('button', { name: '확인했습니다' })
    .click();
  await alarm.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: '지금 백업' }).click();
  await page.getByText('백업되었습니다.').waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

describe.each([
  { name: 'phone', look: { width: 390, height: 844, language: 'ko' } },
  { name: 'dark-english', look: { dark: true, language: 'en' } },
] as const)('on $name', ({ name, look }) => {
  it('is readable for everybody', async () => {
    const { page } = await openBackup({ ...look, bypassPolicy: true });
    await page.getByRole('table').first().waitFor();
    await keepScreenshot(page, `backup-${name}`);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await layoutFaults(page)).toEqual([]);
    await page.context().close();
  });
});

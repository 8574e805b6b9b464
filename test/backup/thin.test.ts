/** Copies of the databases are thinned; nothing else is ever taken away, and verify and drill go on finding all well. */
import { afterEach, expect, test, vi } from 'vitest';
import { folderTarget } from '../../backup/targets/folder.ts';
import { copiesToThin } from '../../backup/thin.ts';
import { verify } from '../../backup/verify.ts';
import { clinicWith, images, onTarget, SITE_FOLDER } from './support/clinic.ts';
import { filesBelow } from './support/contents.ts';

vi.setConfig({ testTimeout: 120_000 });
afterEach(() => vi.useRealTimers());

const DAY = 86_400_000;

test('of the last 14 days every copy stays, of weeks before the first, of the settings all', () => {
  const names = Array.from({ length: 60 }, (_, i) => {
    const day = new Date(Date.UTC(2026, 9, 1) + i * DAY).toISOString().slice(0, 10).replaceAll('-', '');
    return `db/${day}T0300-${String(i + 1).padStart(5, '0')}`;
  });
  const all = names.flatMap((name) => [`${name}.index.sqlite`, `${name}.records.sqlite`, `${name}.config.json`]);
  const gone = new Set(copiesToThin(all));
  const stay = (kind: string) => all.filter((name) => name.endsWith(kind) && !gone.has(name));
  expect(stay('.config.json')).toHaveLength(60);
  expect(stay('.index.sqlite').slice(-14)).toEqual(names.slice(-14).map((name) => `${name}.index.sqlite`));
  expect(stay('.index.sqlite').length).toBe(14 + 7);
  expect(stay('.records.sqlite').length).toBe(14 + 7);
  expect(copiesToThin([...all].filter((name) => !gone.has(name)))).toEqual([]);
});

test('night after night the target keeps what it has, but for copies that grew old', async () => {
  const clinic = await clinicWith(1);
  const target = folderTarget(clinic.root, SITE_FOLDER);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 1, 18) });
  const seen = new Set<string>();
  for (let night = 0; night < 25; night++) {
    vi.setSystemTime(Date.UTC(2026, 10, 1 + night, 18));
    await clinic.add(images(1));
    expect((await clinic.backUp()).record.outcome).toBe('ok');
    for (const name of await filesBelow(onTarget(clinic))) seen.add(name);
  }
  const now = new Set(await filesBelow(onTarget(clinic)));
  const gone = [...seen].filter((name) => !now.has(name));
  expect(gone.length).toBeGreaterThan(10);
  expect(gone.filter((name) => !/^db\/.*\.index\.sqlite(\.sha256)?$/.test(name))).toEqual([]);
  expect((await verify(target)).problems).toEqual([]);
  // A copy that no run says it took away is missed.
  const [old = ''] = [...now].filter((name) => name.endsWith('.index.sqlite')).sort();
  await target.remove(`${old}.sha256`);
  await target.remove(old);
  expect((await verify(target)).problems.map(({ path }) => path)).toEqual([old]);
  await clinic.archive.close();
});

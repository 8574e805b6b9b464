import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { LiveSettings } from '../../src/config/live-settings.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';
import { type Config, defaultConfig } from '../../src/config/settings.ts';
import { freshFolder } from '../support/folders.ts';

let folder: string;
beforeEach(() => {
  folder = freshFolder();
});

const device = (aeTitle: string): Config['devices'][number] => ({
  name: '촬영실',
  aeTitle,
  host: '10.0.0.5',
  port: null,
  may: ['store'],
});
const adding = (aeTitle: string) => (config: Config) => ({ ...config, devices: [...config.devices, device(aeTitle)] });
const file = (name = 'config.json') => join(folder, name);
const titlesIn = async (name?: string) =>
  (JSON.parse(await readFile(file(name), 'utf8')) as Config).devices.map(({ aeTitle }) => aeTitle);

describe('saving', () => {
  it('counts at once, is read at the next start, and keeps the version before', async () => {
    const settings = await LiveSettings.open(folder);
    await settings.change(adding('CT1'));
    await settings.change(adding('CT2'));
    expect(settings.current.devices).toEqual([device('CT1'), device('CT2')]);
    expect((await loadConfig(folder)).devices).toEqual(settings.current.devices);
    expect(await titlesIn('config.json.last-good')).toEqual(['CT1']);
    expect((await readdir(folder)).toSorted()).toEqual(['config.json', 'config.json.last-good']);
  });

  it('takes changes that come together one after the other', async () => {
    const settings = await LiveSettings.open(folder);
    await Promise.all(Array.from({ length: 10 }, (_, i) => settings.change(adding(`CT${i}`))));
    expect(await titlesIn()).toHaveLength(10);
  });

  it('keeps the command line out of the file, and what was written by hand meanwhile in it', async () => {
    const settings = await LiveSettings.open(folder, { host: '127.0.0.1', dicomPort: 0, httpPort: 0 });
    await writeFile(file(), JSON.stringify({ clinic: { name: '새 이름' }, devices: [device('HAND')] }));
    await settings.change(adding('CT1'));
    expect(settings.current).toMatchObject({ dicom: { port: 0 }, http: { host: '127.0.0.1' } });
    const { clinic, dicom } = await loadConfig(folder);
    expect([clinic.name, dicom.port, await titlesIn()]).toEqual(['새 이름', 11112, ['HAND', 'CT1']]);
  });

  it('changes nothing when the result would not be valid, or the file was broken by hand', async () => {
    const settings = await LiveSettings.open(folder);
    await expect(settings.change(adding('A TITLE THAT IS TOO LONG'))).rejects.toThrow(ConfigError);
    expect(settings.current.devices).toEqual([]);
    await writeFile(file(), '{ "dicom": { "port": "x" } }');
    await expect(settings.change(adding('CT1'))).rejects.toThrow(/dicom\.port/);
    expect(await readFile(file(), 'utf8')).toBe('{ "dicom": { "port": "x" } }');
  });
});

describe('starting after a power cut', () => {
  const cuts: [string, (whole: string) => string][] = [
    ['empty', () => ''],
    ['cut in the middle', (whole) => whole.slice(0, whole.length >> 1)],
    ['cut after the first character', (whole) => whole.slice(0, 1)],
    ['full of zeros', (whole) => '\0'.repeat(whole.length)],
    ['half zeros', (whole) => whole.slice(0, 40) + '\0'.repeat(100)],
  ];
  it.each(cuts)('a file that is %s gives way to the last good one, said aloud', async (_, cut) => {
    const before = await LiveSettings.open(folder);
    await before.change(adding('CT1'));
    await LiveSettings.open(folder);
    const whole = await readFile(file(), 'utf8');
    await writeFile(file(), cut(whole));
    const settings = await LiveSettings.open(folder);
    expect(settings.current.devices).toEqual([device('CT1')]);
    expect(settings.warnings[0]?.ko).toMatch(/마지막으로 정상이던 설정/);
    expect(await readFile(file(), 'utf8')).toBe(whole);
    expect((await LiveSettings.open(folder)).warnings).toEqual([]);
  });

  it('a file that was broken by hand is refused as ever, and not touched', async () => {
    const before = await LiveSettings.open(folder);
    await before.change(adding('CT1'));
    const broken = (await readFile(file(), 'utf8')).replace('"CT1",', '"CT1"');
    await writeFile(file(), broken);
    await expect(LiveSettings.open(folder)).rejects.toThrow(ConfigError);
    expect(await readFile(file(), 'utf8')).toBe(broken);
    await writeFile(file(), '{ "dicom": ');
    await expect(LiveSettings.open(folder)).rejects.toThrow(ConfigError);
  });

  it('without any good version an empty file is refused', async () => {
    await writeFile(file(), '');
    await expect(LiveSettings.open(folder)).rejects.toThrow(ConfigError);
  });

  it('a file that somebody has removed means the defaults', async () => {
    expect((await LiveSettings.open(folder)).current).toEqual(defaultConfig());
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';
import { defaultConfig } from '../../src/config/settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinicpacs-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('loading', () => {
  it('writes the defaults into a folder without config.json and reads them again', async () => {
    const dataDir = join(folder, 'new', 'data');
    expect(await loadConfig(dataDir)).toEqual(defaultConfig());
    expect(await readdir(dataDir)).toEqual(['config.json']);
    expect(JSON.parse(await readFile(join(dataDir, 'config.json'), 'utf8'))).toEqual(defaultConfig());
    expect(await loadConfig(dataDir)).toEqual(defaultConfig());
  });

  it('lets the command line win without writing it into the file', async () => {
    const config = await loadConfig(folder, { host: '127.0.0.1', dicomPort: 0, httpPort: 0, aeTitle: 'OTHER' });
    expect(config.dicom).toMatchObject({ host: '127.0.0.1', port: 0, aeTitle: 'OTHER' });
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 0 });
    expect(await loadConfig(folder)).toEqual(defaultConfig());
  });

  it('refuses a command line that puts both listeners on one port', async () => {
    await expect(loadConfig(folder, { httpPort: 11112 })).rejects.toThrow(/same port as dicom\.port/);
  });

  it('never touches a file with problems', async () => {
    await writeFile(join(folder, 'config.json'), '{ "dicom": ');
    await expect(loadConfig(folder)).rejects.toThrow(ConfigError);
    expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe('{ "dicom": ');
  });

  it('says in one sentence that a data folder cannot be used', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(loadConfig(join(folder, 'file', 'data'))).rejects.toMatchObject({
      code: 'START_REFUSED',
      detail: expect.stringMatching(/cannot be used \(ENOTDIR\)/),
    });
  });
});

describe('the command line', () => {
  it('reads both ways of writing a value', () => {
    const argv = ['--data', '/srv/pacs', '--host=127.0.0.1', '--dicom-port', '0', '--http-port=8081', '--ae', 'PACS'];
    expect(parseCommandLine(argv, 'data')).toEqual({
      dataDir: '/srv/pacs',
      overrides: { host: '127.0.0.1', dicomPort: 0, httpPort: 8081, aeTitle: 'PACS' },
    });
  });

  it('takes the default folder when there is none', () => {
    expect(parseCommandLine([], '/srv/default')).toEqual({ dataDir: '/srv/default', overrides: {} });
  });

  it('refuses what it does not know, with the list of what it knows', () => {
    expect(() => parseCommandLine(['--dicom-prot', '104', '--ae', 'PACS', 'stray'], 'data')).toThrow(
      /--data DIR[\s\S]*--dicom-prot: [\s\S]*Did you mean "--dicom-port"\?[\s\S]*stray: /,
    );
  });

  it('refuses wrong and missing values, all at once', () => {
    expect(() => parseCommandLine(['--http-port', 'eighty', '--host', 'nowhere', '--ae'], 'data')).toThrow(
      /--http-port: [\s\S]*--host: [\s\S]*--ae: .*has no value/,
    );
  });
});

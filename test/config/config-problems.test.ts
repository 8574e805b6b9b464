import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';
import { configWarnings } from '../../src/config/rules.ts';
import { defaultConfig } from '../../src/config/settings.ts';

function problemsIn(text: string) {
  try {
    parseConfig(text, 'config.json');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const of = (value: unknown) => problemsIn(JSON.stringify(value));

describe('a broken config.json', () => {
  it('lists every problem at once, each with its path and what to write', () => {
    const problems = of({
      clinic: { timeZone: 'Seoul' },
      dicom: { aeTitle: 'THIS AE TITLE IS TOO LONG', port: 70000, unknownDevices: 'maybe' },
      http: { port: '8080', allowedHosts: ['http://pacs'] },
      devices: [{ name: 'DR', aeTitle: 'DX1', host: 'dx-room', may: ['store', 'print'] }],
      storage: { warnBelowGb: -1 },
      backup: { at: '25:00' },
    });
    expect(problems.map(({ path }) => path)).toEqual([
      'clinic.timeZone',
      'dicom.aeTitle',
      'dicom.port',
      'dicom.unknownDevices',
      'devices[0].host',
      'devices[0].may[1]',
      'http.port',
      'http.allowedHosts[0]',
      'storage.warnBelowGb',
      'backup.at',
    ]);
    const port = problems.find(({ path }) => path === 'dicom.port');
    expect(port?.ko).toBe('지금 값 70000. 적을 값: 1에서 65535 사이의 정수');
    expect(port?.en).toBe('is 70000. Write a whole number from 1 to 65535');
    for (const { ko, en } of problems) {
      expect(ko).toMatch(/적을 값: ./);
      expect(en).toMatch(/Write ./);
    }
  });

  it('keeps no more places for devices than there are', () => {
    const [problem] = of({ dicom: { maxAssociations: 10, reservedForDevices: 11 } });
    expect(problem).toMatchObject({ path: 'dicom.reservedForDevices', en: expect.stringContaining('(10)') });
    expect(of({ dicom: { maxAssociations: 10, reservedForDevices: 10, maxPerAddress: 2 } })).toEqual([]);
  });

  it('names an unknown setting and the one that was probably meant', () => {
    const [problem] = of({ dicom: { prot: 104 } });
    expect(problem).toMatchObject({ path: 'dicom.prot', en: 'unknown setting. Did you mean "port"?' });
  });

  it('lists the known settings when nothing is near', () => {
    const [problem] = of({ clinic: { owner: 'Kim' } });
    expect(problem).toMatchObject({ path: 'clinic.owner', en: 'unknown setting. Known here: name, timeZone' });
  });

  it('refuses two devices of the same AE title and address', () => {
    const device = { name: 'DR', aeTitle: 'DX1', host: '192.168.0.20' };
    expect(of({ devices: [device, { ...device, name: 'other' }] }).map(({ path }) => path)).toEqual(['devices[1]']);
    expect(of({ devices: [device, { ...device, host: '192.168.0.21' }] })).toEqual([]);
  });

  it('refuses the same port twice, but 0 as often as wanted', () => {
    expect(of({ dicom: { port: 104 }, http: { port: 104 } }).map(({ path }) => path)).toEqual(['http.port']);
    expect(of({ dicom: { port: 0 }, http: { port: 0 } })).toEqual([]);
  });

  it('wants a device without a name completed', () => {
    expect(of({ devices: [{ aeTitle: 'DX1', host: 'any' }] })).toMatchObject([
      { path: 'devices[0].name', en: 'missing. Write a text of 1 to 64 characters' },
    ]);
  });

  it('wants a place for every backup target', () => {
    const problems = of({ backup: { targets: [{ kind: 'nas' }, { kind: 'usb' }, { kind: 'usb', label: 'PACS' }] } });
    expect(problems.map(({ path }) => path)).toEqual(['backup.targets[0].path', 'backup.targets[1].label']);
  });

  it('wants a cloud named in full, and reached by HTTPS', () => {
    const cloud = { kind: 's3', endpoint: 'https://s3.example.com', region: 'kr-1', bucket: 'our-clinic' };
    const keys = { accessKeyId: 'a', secretAccessKey: 'b' };
    expect(of({ backup: { targets: [cloud] } }).map(({ path }) => path)).toEqual([
      'backup.targets[0].accessKeyId',
      'backup.targets[0].secretAccessKey',
    ]);
    for (const endpoint of [
      'http://s3.example.com',
      'https://s3.example.com/bucket',
      'ftp://127.0.0.1',
      'https://u@s3.example.com',
    ]) {
      const problems = of({ backup: { targets: [{ ...cloud, ...keys, endpoint }] } });
      expect(problems.map(({ path }) => path)).toEqual(['backup.targets[0].endpoint']);
    }
    for (const endpoint of ['https://s3.example.com', 'http://127.0.0.1:9000', 'http://localhost:9000']) {
      expect(of({ backup: { targets: [{ ...cloud, ...keys, endpoint, prefix: 'pacs/one' }] } })).toEqual([]);
    }
    const outside = of({ backup: { targets: [{ ...cloud, ...keys, prefix: '../other' }] } });
    expect(outside.map(({ path }) => path)).toEqual(['backup.targets[0].prefix']);
  });

  it('refuses a reserve above the warning', () => {
    expect(of({ storage: { warnBelowGb: 1, refuseBelowGb: 2 } }).map(({ path }) => path)).toEqual([
      'storage.refuseBelowGb',
    ]);
  });

  it.each([
    ['{\n  "dicom": {\n    "port": 104,\n  }\n}', 'line 4, column 3'],
    ['{ "http": x }', 'line 1, column 11'],
    ['{ "http": { }', 'line 1, column 14'],
    ['', 'line 1, column 1'],
    ['{} {}', 'line 1, column 4'],
    ['{ "clinic": { "name": "a\nb" } }', 'line 1, column 23'],
    ["{ 'clinic': 1 }", 'line 1, column 3'],
  ])('says where %j stops being JSON', (text, place) => {
    expect(problemsIn(text)[0]?.en).toContain(place);
  });

  it.each(['null', '[]', '5', '"x"'])('wants an object, not %s', (text) => {
    expect(problemsIn(text)).toMatchObject([{ path: '', en: expect.stringContaining('settings between { }') }]);
  });

  it('has every problem in its message, Korean and English', () => {
    expect(() => parseConfig('{"dicom":{"port":-1},"log":{"level":"loud"}}', 'config.json')).toThrow(
      /config\.json: .*2 to put right[\s\S]*dicom\.port: 지금 값 -1[\s\S]*log\.level/,
    );
  });
});

describe('a good config.json', () => {
  it('may leave everything out', () => {
    expect(parseConfig('{}', 'config.json')).toEqual(defaultConfig());
  });

  it('may begin with the mark that Windows Notepad writes', () => {
    expect(parseConfig('\uFEFF{"clinic":{"name":"한빛의원"}}', 'config.json').clinic.name).toBe('한빛의원');
  });

  it('may give parts of a gigabyte, several character sets and an IPv6 device', () => {
    const config = parseConfig(
      JSON.stringify({
        storage: { refuseBelowGb: 0.02 },
        devices: [{ name: 'CT', aeTitle: 'CT', host: 'fe80::1', charset: '\\ISO 2022 IR 149' }],
      }),
      'config.json',
    );
    expect(config.storage.refuseBelowGb).toBe(0.02);
    expect(config.devices[0]).toMatchObject({ charset: '\\ISO 2022 IR 149', may: ['store'], port: null });
  });

  it('is warned of when it opens the pages to the network without HTTPS', () => {
    expect(configWarnings(defaultConfig())).toEqual([]);
    const open = parseConfig('{"http":{"host":"0.0.0.0"}}', 'config.json');
    expect(configWarnings(open).map(({ path }) => path)).toEqual(['http.host']);
  });

  it('has to be a certificate where one is asked for', () => {
    const device = { name: 'x', aeTitle: 'X', host: '10.0.0.5', certificate: '-----BEGIN CERTIFICATE-----\nAAAA' };
    const parse = () => parseConfig(JSON.stringify({ devices: [device] }), 'config.json');
    expect(parse).toThrow(/devices\[0\]\.certificate: .*PEM/);
  });

  it('is warned of when it sets ports that are not opened yet', () => {
    const config = parseConfig('{"hl7":{"port":2575},"http":{"httpsPort":443}}', 'config.json');
    expect(configWarnings(config).map(({ path }) => path)).toEqual(['hl7.port']);
  });
});

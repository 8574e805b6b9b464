/** The arguments of `npm start -- …`: a data folder and settings that win over config.json. */
import { resolve } from 'node:path';
import type { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import { hintAt } from './hints.ts';
import type { ConfigOverrides } from './load.ts';
import { ConfigError, type ConfigProblem } from './problems.ts';
import { SETTINGS } from './settings.ts';

export interface CommandLine {
  /** Absolute. */
  readonly dataDir: string;
  readonly overrides: ConfigOverrides;
}

interface Argument {
  readonly value: string;
  /** The setting whose rules the value must follow. */
  readonly path?: readonly string[];
  readonly number?: boolean;
  readonly ko: string;
  readonly en: string;
}

const ARGUMENTS: Readonly<Record<string, Argument>> = {
  '--data': { value: 'DIR', ko: '데이터 폴더', en: 'data folder' },
  '--host': { value: 'H', path: ['http', 'host'], ko: 'DICOM과 웹이 열릴 주소', en: 'address of both listeners' },
  '--dicom-port': { value: 'N', path: ['dicom', 'port'], number: true, ko: 'DICOM 포트', en: 'DICOM port' },
  '--dicom-tls-port': {
    value: 'N',
    path: ['dicom', 'tlsPort'],
    number: true,
    ko: '암호화(TLS) DICOM 포트',
    en: 'DICOM TLS port',
  },
  '--http-port': { value: 'N', path: ['http', 'port'], number: true, ko: '웹 포트', en: 'web port' },
  '--https-port': {
    value: 'N',
    path: ['http', 'httpsPort'],
    number: true,
    ko: '암호화(HTTPS) 웹 포트',
    en: 'HTTPS port',
  },
  '--ae': { value: 'AE', path: ['dicom', 'aeTitle'], ko: 'AE 타이틀', en: 'AE title' },
};

/** The list of arguments for people, one a line. */
export function usage(): string {
  return Object.entries(ARGUMENTS)
    .map(([name, { value, ko, en }]) => `  ${`${name} ${value}`.padEnd(18)} ${ko} / ${en}`)
    .join('\n');
}

/**
 * Reads `--name value` and `--name=value`.
 * @param defaultDataDir used when there is no `--data`
 * @throws ConfigError naming every argument that is unknown or has a wrong value, with the list of known ones
 */
export function parseCommandLine(argv: readonly string[], defaultDataDir: string): CommandLine {
  const { values, problems } = collect(argv);
  if (problems.length > 0) throw new ConfigError(`명령줄 / command line\n${usage()}\n`, problems);
  const overrides: { -readonly [K in keyof ConfigOverrides]: ConfigOverrides[K] } = {};
  const host = values.get('--host');
  const dicomPort = values.get('--dicom-port');
  const dicomTlsPort = values.get('--dicom-tls-port');
  const httpPort = values.get('--http-port');
  const httpsPort = values.get('--https-port');
  const aeTitle = values.get('--ae');
  if (host !== undefined) overrides.host = host;
  if (dicomPort !== undefined) overrides.dicomPort = Number(dicomPort);
  if (dicomTlsPort !== undefined) overrides.dicomTlsPort = Number(dicomTlsPort);
  if (httpPort !== undefined) overrides.httpPort = Number(httpPort);
  if (httpsPort !== undefined) overrides.httpsPort = Number(httpsPort);
  if (aeTitle !== undefined) overrides.aeTitle = aeTitle;
  return { dataDir: resolve(values.get('--data') ?? defaultDataDir), overrides };
}

function collect(argv: readonly string[]): { values: Map<string, string>; problems: ConfigProblem[] } {
  const values = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  const rest = [...argv];
  for (let text = rest.shift(); text !== undefined; text = rest.shift()) {
    const [name = '', inline] = text.split(/=(.*)/s, 2);
    const argument = ARGUMENTS[name];
    if (!argument) {
      problems.push(unknownArgument(name));
      if (inline === undefined && rest[0] !== undefined && !rest[0].startsWith('--')) rest.shift();
      continue;
    }
    const value = inline ?? (rest[0]?.startsWith('--') ? undefined : rest.shift());
    const problem = problemOf(name, argument, value);
    if (problem) problems.push(problem);
    else values.set(name, value ?? '');
  }
  return { values, problems };
}

function unknownArgument(name: string): ConfigProblem {
  const meant = didYouMean(name, Object.keys(ARGUMENTS));
  return {
    path: name,
    ko: meant ? `모르는 인자입니다. "${meant}" 을(를) 쓰려고 하셨나요?` : '모르는 인자입니다.',
    en: meant ? `unknown argument. Did you mean "${meant}"?` : 'unknown argument.',
  };
}

function problemOf(name: string, { path, number, value: form }: Argument, value = ''): ConfigProblem | undefined {
  if (value === '') {
    return { path: name, ko: `값이 없습니다. 적는 법: ${name} ${form}`, en: `has no value. Write ${name} ${form}` };
  }
  if (!path) return undefined;
  const section = SETTINGS.shape[path[0] as 'http'].unwrap() as z.ZodObject;
  const setting = section.shape[path[1] as string] as z.ZodType;
  const typed = number ? (/^\d+$/.test(value) ? Number(value) : value) : value;
  if (setting.safeParse(typed).success) return undefined;
  const hint = hintAt(SETTINGS, path) ?? { ko: form, en: form };
  return { path: name, ko: `지금 값 "${value}". 적을 값: ${hint.ko}`, en: `is "${value}". Write ${hint.en}` };
}

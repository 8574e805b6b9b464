/** Reads config.json of a data folder as a whole: either every setting is right, or every problem is told at once. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError } from '../errors.ts';
import { findJsonFault } from './json-fault.ts';
import { ConfigError, type ConfigProblem, problemsOf } from './problems.ts';
import { jointProblems } from './rules.ts';
import { type Config, defaultConfig, SETTINGS } from './settings.ts';

/** Settings given on the command line; they win over the file and are never written into it. */
export interface ConfigOverrides {
  /** Both listeners. */
  readonly host?: string;
  readonly dicomPort?: number;
  readonly httpPort?: number;
  readonly aeTitle?: string;
}

const FILE = 'config.json';

/**
 * The configuration of a data folder. A missing folder is made, a missing file written with the defaults.
 * @throws ConfigError with every problem of the file; ArchiveError START_REFUSED when the folder cannot be used
 */
export async function loadConfig(dataDir: string, overrides: ConfigOverrides = {}): Promise<Config> {
  const text = await readConfigFile(dataDir);
  const config = text === undefined ? defaultConfig() : parseConfig(text, join(dataDir, FILE));
  if (text === undefined) await writeConfig(dataDir, config);
  const merged = withOverrides(config, overrides);
  const clashes = jointProblems(merged);
  if (clashes.length > 0) throw new ConfigError('--dicom-port, --http-port', clashes);
  return merged;
}

/**
 * The configuration that `text` holds.
 * @param source what the text is called in the error, e.g. the file's path
 * @throws ConfigError
 */
export function parseConfig(text: string, source: string): Config {
  const json = text.replace(/^\uFEFF/, '');
  const fault = findJsonFault(json);
  if (fault) throw new ConfigError(source, [jsonProblem(fault)]);
  const value: unknown = JSON.parse(json);
  const parsed = SETTINGS.safeParse(value);
  const problems = parsed.success ? jointProblems(parsed.data) : problemsOf(SETTINGS, parsed.error.issues, value);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new ConfigError(source, problems);
}

/** Replaces config.json in one step: a power cut leaves the old file or the new one, never a half. */
export async function writeConfig(dataDir: string, config: Config): Promise<void> {
  const temporary = join(dataDir, `${FILE}.new`);
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(config, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(dataDir, FILE));
  } catch (error) {
    await rm(temporary, { force: true });
    // A full disk must not keep the archive from serving reads: the defaults hold until there is room.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw unusable(dataDir, error);
  }
}

async function readConfigFile(dataDir: string): Promise<string | undefined> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return await readFile(join(dataDir, FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(dataDir, error);
  }
}

function unusable(dataDir: string, cause: unknown): ArchiveError {
  const { code } = cause as NodeJS.ErrnoException;
  const detail =
    `데이터 폴더 ${dataDir} 을(를) 쓸 수 없습니다 (${code}). 폴더의 소유자와 권한을 확인해 주세요. / ` +
    `The data folder ${dataDir} cannot be used (${code}). Please check its owner and permissions.`;
  return new ArchiveError('START_REFUSED', detail, { cause });
}

function jsonProblem({ line, column }: { line: number; column: number }): ConfigProblem {
  return {
    path: '',
    ko: `${line}번째 줄 ${column}번째 글자부터 JSON 형식이 아닙니다. 쉼표와 따옴표, 괄호를 확인해 주세요.`,
    en: `not JSON from line ${line}, column ${column} on. Check commas, quotes and brackets there.`,
  };
}

function withOverrides(config: Config, { host, dicomPort, httpPort, aeTitle }: ConfigOverrides): Config {
  return {
    ...config,
    dicom: {
      ...config.dicom,
      host: host ?? config.dicom.host,
      port: dicomPort ?? config.dicom.port,
      aeTitle: aeTitle ?? config.dicom.aeTitle,
    },
    http: { ...config.http, host: host ?? config.http.host, port: httpPort ?? config.http.port },
  };
}

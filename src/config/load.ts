/** Reads config.json of a data folder as a whole: either every setting is right, or every problem is told at once. */
import { join } from 'node:path';
import { ArchiveError } from '../errors.ts';
import { CONFIG_FILE, isCut, LAST_GOOD_FILE, readText, replaceText } from './config-file.ts';
import { findJsonFault } from './json-fault.ts';
import { ConfigError, type ConfigProblem, problemsOf } from './problems.ts';
import { jointProblems } from './rules.ts';
import { type Config, defaultConfig, SETTINGS } from './settings.ts';

/** Settings given on the command line; they win over the file and are never written into it. */
export interface ConfigOverrides {
  /** Both listeners. */
  readonly host?: string;
  readonly dicomPort?: number;
  readonly dicomTlsPort?: number;
  readonly httpPort?: number;
  readonly httpsPort?: number;
  readonly aeTitle?: string;
}

/** What a data folder holds. */
export interface StoredConfig {
  readonly config: Config;
  readonly text: string;
  /** config.json was cut by a power failure: this is its last good version. */
  readonly recovered: boolean;
}

/**
 * The configuration of a data folder. A missing folder is made, a missing file written with the defaults.
 * @throws ConfigError with every problem of the file; ArchiveError START_REFUSED when the folder cannot be used
 */
export async function loadConfig(dataDir: string, overrides: ConfigOverrides = {}): Promise<Config> {
  return withOverrides((await readConfig(dataDir)).config, overrides);
}

/** The same without the settings of a command line. */
export async function readConfig(dataDir: string): Promise<StoredConfig> {
  const lastGood = await readText(dataDir, LAST_GOOD_FILE);
  const text = await readText(dataDir, CONFIG_FILE);
  if (text !== undefined && lastGood !== undefined && isCut(text, lastGood)) {
    return { config: parseConfig(lastGood, join(dataDir, LAST_GOOD_FILE)), text: lastGood, recovered: true };
  }
  if (text !== undefined) return { config: parseConfig(text, join(dataDir, CONFIG_FILE)), text, recovered: false };
  return { config: defaultConfig(), text: await writeDefaults(dataDir), recovered: false };
}

async function writeDefaults(dataDir: string): Promise<string> {
  const text = configText(defaultConfig());
  try {
    await replaceText(dataDir, CONFIG_FILE, text);
  } catch (error) {
    // A full disk must not keep the archive from serving reads: the defaults hold until there is room.
    if (!(error instanceof ArchiveError) || error.code !== 'STORAGE_FULL') throw error;
  }
  return text;
}

/** As it is written into the file. */
export function configText(config: Config): string {
  return `${JSON.stringify(config, null, 2)}\n`;
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

function jsonProblem({ line, column }: { line: number; column: number }): ConfigProblem {
  return {
    path: '',
    ko: `${line}번째 줄 ${column}번째 글자부터 JSON 형식이 아닙니다. 쉼표와 따옴표, 괄호를 확인해 주세요.`,
    en: `not JSON from line ${line}, column ${column} on. Check commas, quotes and brackets there.`,
  };
}

/**
 * Settings of the command line over those of the file.
 * @throws ConfigError when they do not go together
 */
export function withOverrides(
  config: Config,
  { host, dicomPort, dicomTlsPort, httpPort, httpsPort, aeTitle }: ConfigOverrides,
): Config {
  const merged = {
    ...config,
    dicom: {
      ...config.dicom,
      host: host ?? config.dicom.host,
      port: dicomPort ?? config.dicom.port,
      tlsPort: dicomTlsPort ?? config.dicom.tlsPort,
      aeTitle: aeTitle ?? config.dicom.aeTitle,
    },
    http: {
      ...config.http,
      host: host ?? config.http.host,
      port: httpPort ?? config.http.port,
      httpsHost: host ?? config.http.httpsHost,
      httpsPort: httpsPort ?? config.http.httpsPort,
    },
  };
  const clashes = jointProblems(merged);
  if (clashes.length > 0) throw new ConfigError('--dicom-port, --http-port', clashes);
  return merged;
}

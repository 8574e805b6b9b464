/**
 * The settings of a running appliance. Devices and the notices of the backup may change while it runs and count at once;
 * everything else counts from the next start. What is saved goes into config.json with whatever somebody has written there by hand meanwhile.
 */
import { CONFIG_FILE, LAST_GOOD_FILE, readText, replaceText } from './config-file.ts';
import { type ConfigOverrides, configText, parseConfig, readConfig, withOverrides } from './load.ts';
import type { ConfigProblem } from './problems.ts';
import { configWarnings } from './rules.ts';
import type { Config } from './settings.ts';

export class LiveSettings {
  /** What start-up should say aloud. */
  readonly warnings: readonly ConfigProblem[];
  readonly #dataDir: string;
  #current: Config;
  #saving: Promise<unknown> = Promise.resolve();

  private constructor(dataDir: string, config: Config, warnings: readonly ConfigProblem[]) {
    this.#dataDir = dataDir;
    this.#current = config;
    this.warnings = warnings;
  }

  /**
   * Reads the settings. A config.json that a power cut has emptied or cut is replaced by its last good version.
   * @throws ConfigError with every problem of the file; ArchiveError START_REFUSED when the folder cannot be used
   */
  static async open(dataDir: string, overrides: ConfigOverrides = {}): Promise<LiveSettings> {
    const { config, text, recovered } = await readConfig(dataDir);
    if (recovered) await keepIfThereIsRoom(dataDir, CONFIG_FILE, text);
    else if (text !== (await readText(dataDir, LAST_GOOD_FILE))) await keepIfThereIsRoom(dataDir, LAST_GOOD_FILE, text);
    const merged = withOverrides(config, overrides);
    return new LiveSettings(dataDir, merged, [...(recovered ? [RECOVERED] : []), ...configWarnings(merged)]);
  }

  /** The present configuration, the command line's settings included. */
  get current(): Config {
    return this.#current;
  }

  /**
   * Changes config.json, one change after the other. The version before is kept as config.json.last-good.
   * @param edit makes the new configuration of the one in the file; what it throws is passed on
   * @throws ConfigError when the result is not valid, or the file has been broken by hand; ArchiveError STORAGE_FULL
   */
  change(edit: (config: Config) => Config): Promise<Config> {
    const change = this.#saving.then(() => this.#change(edit));
    this.#saving = change.catch(() => undefined);
    return change;
  }

  async #change(edit: (config: Config) => Config): Promise<Config> {
    const { config, text } = await readConfig(this.#dataDir);
    const changed = configText(edit(config));
    const valid = parseConfig(changed, CONFIG_FILE);
    await replaceText(this.#dataDir, LAST_GOOD_FILE, text);
    await replaceText(this.#dataDir, CONFIG_FILE, changed);
    const backup = { ...this.#current.backup, notices: valid.backup.notices };
    this.#current = { ...this.#current, devices: valid.devices, backup };
    return this.#current;
  }
}

/** A full disk must not keep the archive from starting. */
async function keepIfThereIsRoom(dataDir: string, name: string, text: string): Promise<void> {
  await replaceText(dataDir, name, text).catch(() => undefined);
}

const RECOVERED: ConfigProblem = {
  path: '',
  ko: 'config.json이 손상되어(정전 등) 마지막으로 정상이던 설정으로 시작했습니다. 설정을 확인해 주세요.',
  en: 'config.json was damaged (a power cut?): its last good version is used. Please check the settings.',
};

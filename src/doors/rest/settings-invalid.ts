/** Settings that somebody sent and that are not valid, as the answer to the request. */
import { ConfigError } from '../../config/problems.ts';
import { ArchiveError } from '../../errors.ts';

/** CONFIG_INVALID with a sentence for each field that is wrong. */
class SettingsInvalid extends ArchiveError {
  readonly errors: Readonly<Record<string, { ko: string; en: string }>>;

  constructor({ problems }: ConfigError, at: RegExp) {
    super('CONFIG_INVALID', problems.map(({ path }) => path).join(', '));
    this.errors = Object.fromEntries(problems.map(({ path, ko, en }) => [path.replace(at, ''), { ko, en }] as const));
  }
}

/** @param at the place in config.json that the request is about; fields are named from there */
export async function orInvalid<T>(change: Promise<T>, at: RegExp): Promise<T> {
  try {
    return await change;
  } catch (error) {
    throw error instanceof ConfigError ? new SettingsInvalid(error, at) : error;
  }
}

/**
 * The first administrator. There is no default password: start-up prints a one-time link, and only who has it can set
 * the first password. For set-up without a person, CLINICPACS_ADMIN_PASSWORD creates `admin` on an empty data folder.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ArchiveError } from '../errors.ts';
import type { NewUser, User, Users } from './users.ts';

export const ADMIN_PASSWORD_VARIABLE = 'CLINICPACS_ADMIN_PASSWORD';

export class FirstRun {
  readonly #users: Users;
  #token: string | undefined;

  constructor(users: Users) {
    this.#users = users;
    if (users.size === 0) this.#token = randomBytes(32).toString('base64url');
  }

  /** To be printed by start-up; undefined once there is a user. */
  get token(): string | undefined {
    return this.#users.size === 0 ? this.#token : undefined;
  }

  /**
   * Creates the first administrator; the token is used up by success only.
   * @throws ArchiveError FIRST_RUN_REFUSED, USER_NAME_INVALID, PASSWORD_WEAK
   */
  async createAdministrator(token: string, user: Omit<NewUser, 'role'>): Promise<User> {
    const expected = this.token;
    if (expected === undefined || !isSame(token, expected)) throw new ArchiveError('FIRST_RUN_REFUSED');
    const created = await this.#users.create({ ...user, role: 'administrator' }, true);
    this.#token = undefined;
    return created;
  }
}

/**
 * Creates `admin` with the password of the environment when nobody is there yet.
 * @throws ArchiveError START_REFUSED when the password breaks the rules
 */
export async function createAdminFromEnvironment(
  users: Users,
  password: string | undefined,
): Promise<User | undefined> {
  if (password === undefined || password === '' || users.size > 0) return undefined;
  try {
    return await users.create({ name: 'admin', displayName: 'admin', role: 'administrator', password }, true);
  } catch (error) {
    if (!(error instanceof ArchiveError) || error.code !== 'PASSWORD_WEAK') throw error;
    throw new ArchiveError('START_REFUSED', `${ADMIN_PASSWORD_VARIABLE}: ${error.detail}`, { cause: error });
  }
}

/** Compares in constant time, whatever the lengths. */
function isSame(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

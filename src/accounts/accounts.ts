/** Staff accounts: who somebody is (log-in, session, HTTP Basic) and who may change that. Every change is on record. */
import type { Audit } from '../audit/record.ts';
import type { Database } from '../db/database.ts';
import { ArchiveError } from '../errors.ts';
import type { Log } from '../log.ts';
import { BasicCache } from './basic-cache.ts';
import { foldUserName } from './credential-rules.ts';
import { ADMIN_PASSWORD_VARIABLE, createAdminFromEnvironment, FirstRun } from './first-run.ts';
import { LoginDelay } from './login-delay.ts';
import { hashPassword, PASSWORD_COST, verifyPassword } from './password-hash.ts';
import type { Identity } from './permissions.ts';
import { Sessions } from './sessions.ts';
import { type NewUser, type User, type UserChanges, Users } from './users.ts';

/** Where a request came from, for the access log and the log-in delay. */
export interface Source {
  /** IP address. */
  readonly address: string;
  readonly door: 'web' | 'dicomweb';
}

export interface AccountsSettings {
  database: Database;
  audit: Audit;
  log: Log;
  environment?: Record<string, string | undefined>;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** N of scrypt for new passwords; tests may take a smaller one. */
  passwordCost?: number;
}

export class Accounts {
  readonly firstRun: FirstRun;
  readonly #users: Users;
  readonly #sessions: Sessions;
  readonly #basic: BasicCache;
  readonly #delay: LoginDelay;
  readonly #audit: Audit;
  /** Checked in place of an unknown user's hash, so that an unknown name takes as long as a known one. */
  readonly #nobody: Promise<string>;

  private constructor(settings: AccountsSettings, now: () => number, users: Users, sessions: Sessions) {
    this.#users = users;
    this.#sessions = sessions;
    this.#audit = settings.audit;
    this.#basic = new BasicCache(users, now);
    this.#delay = new LoginDelay(now);
    this.firstRun = new FirstRun(users);
    this.#nobody = hashPassword('nobody has this one', settings.passwordCost ?? PASSWORD_COST);
    this.#nobody.catch(() => undefined);
  }

  /** @throws ArchiveError START_REFUSED when the administrator's password of the environment breaks the rules */
  static async open(settings: AccountsSettings): Promise<Accounts> {
    const now = settings.now ?? Date.now;
    const users = await Users.open(settings.database, now, settings.passwordCost ?? PASSWORD_COST);
    const admin = await createAdminFromEnvironment(users, settings.environment?.[ADMIN_PASSWORD_VARIABLE]);
    const accounts = new Accounts(settings, now, users, await Sessions.open(settings.database, settings.log, now));
    if (admin) accounts.#recordChange('user.create', 'start-up', { address: '', door: 'web' }, 'admin administrator');
    return accounts;
  }

  /**
   * Checks name and password and begins a session.
   * @throws ArchiveError LOGIN_FAILED, LoginDelayedError
   */
  async logIn(name: string, password: string, source: Source): Promise<{ token: string; identity: Identity }> {
    const user = await this.#checked(name, password, source);
    return { token: await this.#sessions.begin(user.id), identity: user.identity };
  }

  /** @throws ArchiveError FIRST_RUN_REFUSED, USER_NAME_INVALID, PASSWORD_WEAK */
  async createFirstAdministrator(
    oneTimeToken: string,
    user: Omit<NewUser, 'role'>,
    source: Source,
  ): Promise<{ token: string; identity: Identity }> {
    const created = await this.firstRun.createAdministrator(oneTimeToken, user);
    const { identity } = created;
    this.#recordChange('user.create', identity.userName, source, `${identity.userName} ${identity.role}`);
    this.#users.noteLogin(created);
    return { token: await this.#sessions.begin(created.id), identity };
  }

  async logOut(token: string, source: Source): Promise<void> {
    const identity = this.identityOfSession(token, true);
    await this.#sessions.end(token);
    if (identity) this.#record('logout', identity.userName, source);
  }

  /** @param passive true for requests that the page makes by itself: they do not keep the session alive */
  identityOfSession(token: string, passive: boolean): Identity | undefined {
    const id = this.#sessions.userIdOf(token, passive);
    const user = id === undefined ? undefined : this.#users.byId(id);
    return user?.active ? user.identity : undefined;
  }

  /**
   * The user of an `Authorization: Basic …` header (RFC 7617, UTF-8).
   * @throws ArchiveError LOGIN_FAILED, LoginDelayedError
   */
  async identityOfBasic(header: string, source: Source): Promise<Identity> {
    const [, name, password] = /^([^:]*):(.*)$/s.exec(credentialsOf(header)) ?? [];
    if (name === undefined || password === undefined) throw new ArchiveError('LOGIN_FAILED');
    const user = await this.#basic.userOf(header, source.address, () => this.#checked(name, password, source));
    return user.identity;
  }

  users(): User[] {
    return this.#users.list();
  }

  /** @throws ArchiveError USER_NAME_INVALID, PASSWORD_WEAK, USER_EXISTS */
  async createUser(user: NewUser, by: Identity, source: Source): Promise<User> {
    const created = await this.#users.create(user);
    this.#recordChange('user.create', by.userName, source, `${created.identity.userName} ${user.role}`);
    return created;
  }

  /**
   * Changes a user; a new password, another role or being made inactive ends all of the user's sessions.
   * @throws ArchiveError NOT_FOUND, PASSWORD_WEAK, LAST_ADMINISTRATOR
   */
  async changeUser(name: string, changes: UserChanges, by: Identity, source: Source): Promise<User> {
    const user = this.#users.find(name);
    if (!user) throw new ArchiveError('NOT_FOUND');
    const newRole = changes.role !== undefined && changes.role !== user.identity.role;
    const endSessions = newRole || changes.password !== undefined || changes.active === false;
    const changed = await this.#users.change(user, changes, endSessions);
    if (endSessions) await this.#sessions.endAllOf(user.id);
    const { userName } = user.identity;
    if (newRole)
      this.#recordChange('user.role', by.userName, source, `${userName} ${user.identity.role} → ${changes.role}`);
    if (changes.password !== undefined) this.#recordChange('user.password', by.userName, source, userName);
    if (changes.active !== undefined && changes.active !== user.active) {
      this.#recordChange(changes.active ? 'user.enable' : 'user.disable', by.userName, source, userName);
    }
    return changed;
  }

  /**
   * Gives somebody another password, who has to prove the one before; all sessions end, and a new one begins.
   * @throws ArchiveError LOGIN_FAILED, PASSWORD_WEAK, LoginDelayedError
   */
  async changeOwnPassword(by: Identity, before: string, password: string, source: Source): Promise<string> {
    const user = await this.#proved(by.userName, before, source);
    await this.changeUser(by.userName, { password }, by, source);
    return this.#sessions.begin(user.id);
  }

  async #checked(name: string, password: string, source: Source): Promise<User> {
    const user = await this.#proved(name, password, source);
    this.#users.noteLogin(user);
    this.#record('login', user.identity.userName, source);
    return user;
  }

  /** The user whose password this is. Unknown and inactive users cost the same time and count the same. */
  async #proved(name: string, password: string, source: Source): Promise<User> {
    const folded = foldUserName(name);
    const user = this.#users.find(folded);
    // What was typed as a name may be a password: only names that exist go on record.
    const who = user?.identity.userName ?? '(unknown)';
    this.#delay.begin(folded, source.address);
    const right = await verifyPassword(password, user?.password ?? (await this.#nobody));
    // Read again: the password may have been changed while the old one was being checked.
    const now = this.#users.find(folded);
    if (!right || !now?.active || now.password !== user?.password) {
      this.#record('login.failed', who, source, 'refused');
      throw new ArchiveError('LOGIN_FAILED');
    }
    this.#delay.succeeded(folded, source.address);
    return now;
  }

  #record(
    action: 'login' | 'login.failed' | 'logout',
    who: string,
    source: Source,
    outcome: 'ok' | 'refused' = 'ok',
  ): void {
    this.#audit.record({ who, action, from: source.address, door: source.door, outcome });
  }

  #recordChange(
    action: 'user.create' | 'user.role' | 'user.password' | 'user.enable' | 'user.disable',
    who: string,
    { address, door }: Source,
    detail: string,
  ): void {
    this.#audit.record({ who, action, from: address, door, detail, outcome: 'ok' });
  }
}

function credentialsOf(header: string): string {
  const [, encoded = ''] = /^basic +([a-z0-9+/=]+)$/i.exec(header) ?? [];
  return Buffer.from(encoded, 'base64').toString('utf8');
}

/** The users, in memory as they stand in the database: looking one up costs nothing per request. */
import type { Database } from '../db/database.ts';
import type { UserRow } from '../db/operations/accounts.ts';
import { ArchiveError } from '../errors.ts';
import { checkedUserName, checkPassword, foldUserName } from './credential-rules.ts';
import { hashPassword } from './password-hash.ts';
import { type Identity, ROLE_PERMISSIONS, type Role } from './permissions.ts';

export interface User {
  readonly id: number;
  readonly active: boolean;
  /** The stored form of the hash. */
  readonly password: string;
  readonly createdAt: string;
  readonly changedAt: string;
  lastLoginAt: string | null;
  readonly identity: Identity;
}

export interface NewUser {
  name: string;
  displayName: string;
  role: Role;
  password: string;
}

export interface UserChanges {
  displayName?: string | undefined;
  role?: Role | undefined;
  password?: string | undefined;
  active?: boolean | undefined;
}

export class Users {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #passwordCost: number;
  #byName = new Map<string, User>();
  #byId = new Map<number, User>();

  private constructor(database: Database, now: () => number, passwordCost: number) {
    this.#database = database;
    this.#now = now;
    this.#passwordCost = passwordCost;
  }

  static async open(database: Database, now: () => number, passwordCost: number): Promise<Users> {
    const users = new Users(database, now, passwordCost);
    await users.#reload();
    return users;
  }

  get size(): number {
    return this.#byName.size;
  }

  /** By name, in any spelling that folds to it. */
  find(name: string): User | undefined {
    return this.#byName.get(foldUserName(name));
  }

  byId(id: number): User | undefined {
    return this.#byId.get(id);
  }

  list(): User[] {
    return [...this.#byName.values()];
  }

  /**
   * @param onlyFirst refuses when there is a user already (the first administrator)
   * @throws ArchiveError USER_NAME_INVALID, PASSWORD_WEAK, USER_EXISTS, FIRST_RUN_REFUSED
   */
  async create(user: NewUser, onlyFirst = false): Promise<User> {
    const name = checkedUserName(user.name);
    checkPassword(user.password, name);
    const password = await hashPassword(user.password, this.#passwordCost);
    const { displayName, role } = user;
    const outcome = await this.#database.write('createUser', {
      name,
      displayName,
      role,
      password,
      at: this.#at(),
      onlyFirst,
    });
    if (outcome.kind === 'exists') throw new ArchiveError('USER_EXISTS');
    if (outcome.kind === 'not-first') throw new ArchiveError('FIRST_RUN_REFUSED');
    await this.#reload();
    return this.#byId.get(outcome.id) as User;
  }

  /**
   * Changes what is given.
   * @param endSessions also removes the user's sessions from the database
   * @throws ArchiveError NOT_FOUND, PASSWORD_WEAK, LAST_ADMINISTRATOR
   */
  async change(user: User, { displayName, role, password, active }: UserChanges, endSessions: boolean): Promise<User> {
    const name = user.identity.userName;
    if (password !== undefined) checkPassword(password, name);
    const outcome = await this.#database.write('changeUser', {
      name,
      at: this.#at(),
      endSessions,
      ...(displayName === undefined ? {} : { displayName }),
      ...(role === undefined ? {} : { role }),
      ...(active === undefined ? {} : { active }),
      ...(password === undefined ? {} : { password: await hashPassword(password, this.#passwordCost) }),
    });
    if (outcome.kind === 'not-found') throw new ArchiveError('NOT_FOUND');
    if (outcome.kind === 'last-administrator') throw new ArchiveError('LAST_ADMINISTRATOR');
    await this.#reload();
    return this.#byId.get(user.id) as User;
  }

  /** Remembers when the user logged in; losing it to a full disk does not matter. */
  noteLogin(user: User): void {
    user.lastLoginAt = this.#at();
    this.#database.write('noteLogin', { userId: user.id, at: user.lastLoginAt }).catch(() => undefined);
  }

  async #reload(): Promise<void> {
    const users = (await this.#database.read('listUsers', {})).map(userOf);
    this.#byName = new Map(users.map((user) => [user.identity.userName, user]));
    this.#byId = new Map(users.map((user) => [user.id, user]));
  }

  #at(): string {
    return new Date(this.#now()).toISOString();
  }
}

function userOf({ name, displayName, role, ...row }: UserRow): User {
  const permissions = ROLE_PERMISSIONS[role as Role] ?? new Set();
  const identity: Identity = { userName: name, displayName, role: role as Role, permissions };
  return { ...row, identity };
}

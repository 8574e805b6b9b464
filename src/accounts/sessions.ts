/**
 * Sessions of the web pages. The browser holds a random token, we hold its SHA-256: in memory for speed, in
 * records.sqlite so that a restart does not log anybody out.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../db/database.ts';
import type { SessionRow } from '../db/operations/accounts.ts';
import type { Log } from '../log.ts';

export const IDLE_MS = 30 * 60_000;
export const ABSOLUTE_MS = 12 * 3_600_000;
/** How far the last use in the database may lie behind. */
const TOUCH_MS = 60_000;
const PER_USER = 20;

interface Session extends SessionRow {
  writtenAt: number;
}

export class Sessions {
  readonly #database: Database;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #sessions = new Map<string, Session>();

  private constructor(database: Database, log: Log, now: () => number) {
    this.#database = database;
    this.#log = log;
    this.#now = now;
  }

  static async open(database: Database, log: Log, now: () => number): Promise<Sessions> {
    const sessions = new Sessions(database, log, now);
    for (const row of await database.read('listSessions', {})) {
      sessions.#sessions.set(row.tokenSha256, { ...row, writtenAt: row.lastSeenAt });
    }
    return sessions;
  }

  /** A new session; the token is known to the browser alone. */
  async begin(userId: number): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const now = this.#now();
    const row: SessionRow = { tokenSha256: hashOf(token), userId, createdAt: now, lastSeenAt: now };
    this.#dropEnded();
    this.#dropOldestOf(userId);
    this.#sessions.set(row.tokenSha256, { ...row, writtenAt: now });
    const limits = { createdBefore: now - ABSOLUTE_MS, lastSeenBefore: now - IDLE_MS };
    await this.#persist(this.#database.write('createSession', { ...row, ...limits }));
    return token;
  }

  /**
   * The user of a live session.
   * @param passive the page asked by itself (server push): does not keep the session alive
   */
  userIdOf(token: string, passive: boolean): number | undefined {
    const session = this.#sessions.get(hashOf(token));
    if (!session || this.#hasEnded(session)) return undefined;
    if (!passive) this.#touch(session);
    return session.userId;
  }

  async end(token: string): Promise<void> {
    const tokenSha256 = hashOf(token);
    if (this.#sessions.delete(tokenSha256)) await this.#persist(this.#database.write('endSession', { tokenSha256 }));
  }

  /** Ends every session of the user; also one that began while `Users.change` was removing them from the database. */
  async endAllOf(userId: number): Promise<void> {
    const own = [...this.#sessions.values()].filter((session) => session.userId === userId);
    for (const { tokenSha256 } of own) this.#sessions.delete(tokenSha256);
    await Promise.all(own.map(({ tokenSha256 }) => this.#persist(this.#database.write('endSession', { tokenSha256 }))));
  }

  #touch(session: Session): void {
    session.lastSeenAt = this.#now();
    if (session.lastSeenAt - session.writtenAt < TOUCH_MS) return;
    session.writtenAt = session.lastSeenAt;
    const { tokenSha256, lastSeenAt } = session;
    void this.#persist(this.#database.write('touchSession', { tokenSha256, lastSeenAt }));
  }

  #hasEnded(session: Session): boolean {
    const now = this.#now();
    return now - session.lastSeenAt >= IDLE_MS || now - session.createdAt >= ABSOLUTE_MS;
  }

  #dropEnded(): void {
    for (const session of this.#sessions.values()) {
      if (this.#hasEnded(session)) this.#sessions.delete(session.tokenSha256);
    }
  }

  #dropOldestOf(userId: number): void {
    const own = [...this.#sessions.values()].filter((session) => session.userId === userId);
    own.sort((a, b) => a.lastSeenAt - b.lastSeenAt);
    for (const session of own.slice(0, Math.max(0, own.length - PER_USER + 1))) {
      this.#sessions.delete(session.tokenSha256);
      void this.#persist(this.#database.write('endSession', { tokenSha256: session.tokenSha256 }));
    }
  }

  /** With a full disk the session lives in memory alone: doctors must be able to log in and read. */
  async #persist(write: Promise<unknown>): Promise<void> {
    try {
      await write;
    } catch (error) {
      this.#log.warn({ err: error }, 'a session could not be written; it is kept in memory only');
    }
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

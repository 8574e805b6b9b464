/** Users and their sessions. The rows are few: accounts reads them once at start and keeps its copy in step. */
import type { Connection, Connections } from '../connection.ts';

export interface UserRow {
  id: number;
  /** NFC, lower case; unique. */
  name: string;
  displayName: string;
  role: string;
  /** The stored form of the password hash. */
  password: string;
  active: boolean;
  createdAt: string;
  changedAt: string;
  lastLoginAt: string | null;
}

export interface SessionRow {
  tokenSha256: string;
  userId: number;
  /** Milliseconds since 1970. */
  createdAt: number;
  lastSeenAt: number;
}

export interface UserChange {
  name: string;
  displayName?: string;
  role?: string;
  password?: string;
  active?: boolean;
  at: string;
  /** Ends every session of the user in the same transaction. */
  endSessions: boolean;
}

export function listUsers({ records }: Connections, _input: Record<string, never>): UserRow[] {
  return records
    .all<Omit<UserRow, 'active'> & { active: number }>(
      `SELECT id, name, display_name AS displayName, role, password, active, created_at AS createdAt,
              changed_at AS changedAt, last_login_at AS lastLoginAt FROM users ORDER BY name`,
    )
    .map((row) => ({ ...row, active: row.active === 1 }));
}

export function listSessions({ records }: Connections, _input: Record<string, never>): SessionRow[] {
  return records.all<SessionRow>(
    `SELECT token_sha256 AS tokenSha256, user AS userId, created_at AS createdAt, last_seen_at AS lastSeenAt FROM sessions`,
  );
}

/** 'exists' when the name is taken, 'not-first' when `onlyFirst` is asked and somebody is there already. */
export function createUser(
  { records }: Connections,
  input: Omit<UserRow, 'id' | 'active' | 'createdAt' | 'changedAt' | 'lastLoginAt'> & {
    at: string;
    onlyFirst?: boolean;
  },
): { kind: 'created'; id: number } | { kind: 'exists' } | { kind: 'not-first' } {
  if (input.onlyFirst && records.get('SELECT 1 FROM users LIMIT 1')) return { kind: 'not-first' };
  if (records.get('SELECT 1 FROM users WHERE name = ?', input.name)) return { kind: 'exists' };
  const { lastInsertRowid } = records.run(
    `INSERT INTO users (name, display_name, role, password, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)`,
    input.name,
    input.displayName,
    input.role,
    input.password,
    input.at,
    input.at,
  );
  return { kind: 'created', id: Number(lastInsertRowid) };
}

/** 'last-administrator' when the change would leave nobody who can administer; then nothing is changed. */
export function changeUser(
  { records }: Connections,
  change: UserChange,
): { kind: 'changed' } | { kind: 'not-found' } | { kind: 'last-administrator' } {
  const user = records.get<{ id: number }>('SELECT id FROM users WHERE name = ?', change.name);
  if (!user) return { kind: 'not-found' };
  const loses = change.active === false || (change.role !== undefined && change.role !== 'administrator');
  if (loses && isLastAdministrator(records, user.id)) return { kind: 'last-administrator' };
  records.run(
    `UPDATE users SET display_name = coalesce(?, display_name), role = coalesce(?, role),
       password = coalesce(?, password), active = coalesce(?, active), changed_at = ? WHERE id = ?`,
    change.displayName ?? null,
    change.role ?? null,
    change.password ?? null,
    change.active === undefined ? null : Number(change.active),
    change.at,
    user.id,
  );
  if (change.endSessions) records.run('DELETE FROM sessions WHERE user = ?', user.id);
  return { kind: 'changed' };
}

export function noteLogin({ records }: Connections, input: { userId: number; at: string }): void {
  records.run('UPDATE users SET last_login_at = ? WHERE id = ?', input.at, input.userId);
}

/** Adds a session and drops those that ended before the given times. */
export function createSession(
  { records }: Connections,
  input: SessionRow & { createdBefore: number; lastSeenBefore: number },
): void {
  records.run(
    'DELETE FROM sessions WHERE created_at < ? OR last_seen_at < ?',
    input.createdBefore,
    input.lastSeenBefore,
  );
  records.run(
    'INSERT INTO sessions (token_sha256, user, created_at, last_seen_at) VALUES (?, ?, ?, ?)',
    input.tokenSha256,
    input.userId,
    input.createdAt,
    input.lastSeenAt,
  );
}

export function touchSession({ records }: Connections, input: { tokenSha256: string; lastSeenAt: number }): void {
  records.run('UPDATE sessions SET last_seen_at = ? WHERE token_sha256 = ?', input.lastSeenAt, input.tokenSha256);
}

export function endSession({ records }: Connections, input: { tokenSha256: string }): void {
  records.run('DELETE FROM sessions WHERE token_sha256 = ?', input.tokenSha256);
}

function isLastAdministrator(records: Connection, id: number): boolean {
  const administrators = records.all<{ id: number }>(
    `SELECT id FROM users WHERE role = 'administrator' AND active = 1 LIMIT 2`,
  );
  return administrators.length === 1 && administrators[0]?.id === id;
}

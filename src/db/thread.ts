/**
 * The body of a database thread. The writer thread owns the only write connections and commits in groups: whatever
 * has queued up while the last commit was under way goes into the next transaction, and nobody is answered before that
 * transaction is on the disk, unless all in it can do without (see operations.ts). Reader threads answer one request at a time.
 */
import { join } from 'node:path';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { ArchiveError } from '../errors.ts';
import { Connection, type Connections } from './connection.ts';
import { migrate } from './migrate.ts';
import { READS, type ReadName, WRITES, type WriteName } from './operations.ts';

export interface ThreadData {
  role: 'writer' | 'reader';
  dataDir: string;
  /** One number, not 0 once the thread is to end: searches under way are given up then. */
  ending: Int32Array;
}

export interface Request {
  id: number;
  name: string;
  input: unknown;
  /** Searches that take longer are given up, ms. */
  withinMs?: number;
}

/** The first message of a thread. */
export type Greeting = { ready: true } | { refused: { message: string; code: string; database: string } };

export interface Failure {
  message: string;
  /** SQLite's code, or the code of an ArchiveError with its detail. */
  code: string;
  detail?: string;
}

export type Reply = { id: number; output: unknown } | { id: number; error: Failure };

const { role, dataDir, ending } = workerData as ThreadData;
const port = parentPort;
if (!port) throw new Error('thread.ts runs in a worker thread only');
/** The database being opened, for the report of a failure. */
let opening = 'records';
/** A reader opens them when it is first asked, so that it can load while the writer still creates or migrates them. */
let opened = role === 'writer' ? openOrReport() : undefined;
/** What was not flushed once may be taken for flushed by the system later: from then on no flush is believed. */
let diskFailed = false;

port.on('message', (first: Request | 'close') => {
  const requests: Request[] = [];
  let closing = first === 'close';
  if (first !== 'close') requests.push(first);
  if (role === 'writer') closing = takeQueued(requests) || closing;
  const replies = role === 'writer' ? commitGroup(requests) : requests.map(answerRead);
  if (replies.length > 0) port.postMessage(replies);
  if (closing) {
    opened?.index.close();
    opened?.records.close();
    port.close();
  }
});

function connections(): Connections {
  opened ??= openConnections();
  return opened;
}

/** Opens the connections of the writer; the reason of a failure goes to the main thread with its SQLite code. */
function openOrReport(): Connections {
  try {
    const connections = openConnections();
    port?.postMessage({ ready: true });
    return connections;
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    port?.postMessage({ refused: { message, code: code ?? '', database: opening } });
    port?.close();
    return process.exit(1);
  }
}

function openConnections(): Connections {
  const records = openDatabase('records');
  return { records, index: openDatabase('index') };
}

function openDatabase(name: 'index' | 'records'): Connection {
  opening = name;
  const connection = new Connection(join(dataDir, `${name}.sqlite`), role === 'writer' ? 'write' : 'read');
  if (role === 'writer') migrate(connection, name);
  return connection;
}

/** Takes everything that is waiting on the port; true when a close request was among it. */
function takeQueued(requests: Request[]): boolean {
  for (;;) {
    const next = receiveMessageOnPort(port as NonNullable<typeof port>) as { message: Request | 'close' } | undefined;
    if (!next) return false;
    if (next.message === 'close') return true;
    requests.push(next.message);
  }
}

function commitGroup(requests: Request[]): Reply[] {
  const replies: Reply[] = [];
  for (const database of ['index', 'records'] as const) {
    const group = requests.filter((request) => WRITES[request.name as WriteName]?.database === database);
    if (group.length > 0) replies.push(...commitOn(connections()[database], group));
  }
  for (const request of requests) {
    if (!(request.name in WRITES)) replies.push(failed(request, new Error(`no write operation ${request.name}`)));
  }
  return replies;
}

/** One transaction for the group; of several requests each has a savepoint, so that one failure does not undo the others. */
function commitOn(connection: Connection, group: Request[]): Reply[] {
  try {
    connection.flushCommits(!group.every(isFlushedLater));
    connection.run('BEGIN IMMEDIATE');
    const replies =
      group.length === 1
        ? [runOperation(group[0] as Request)]
        : group.map((request) => runInSavepoint(connection, request));
    connection.run('COMMIT');
    return replies;
  } catch (error) {
    if (connection.sqlite.inTransaction) connection.run('ROLLBACK');
    diskFailed ||= String((error as { code?: string }).code).startsWith('SQLITE_IOERR');
    return group.map((request) => failed(request, error));
  }
}

function isFlushedLater({ name }: Request): boolean {
  return 'flushedLater' in WRITES[name as WriteName];
}

function runInSavepoint(connection: Connection, request: Request): Reply {
  connection.run('SAVEPOINT request');
  try {
    const reply = runOperation(request);
    connection.run('RELEASE request');
    return reply;
  } catch (error) {
    // A disk error may have ended the whole transaction already; then the group fails as one.
    if (!connection.sqlite.inTransaction) throw error;
    connection.run('ROLLBACK TO request');
    connection.run('RELEASE request');
    return failed(request, error);
  }
}

function runOperation(request: Request): Reply {
  if (diskFailed && request.name === 'flushIndex') throw new Error('an earlier flush failed');
  const run = WRITES[request.name as WriteName].run as (connections: Connections, input: unknown) => unknown;
  return { id: request.id, output: run(connections(), request.input) };
}

function answerRead(request: Request): Reply {
  try {
    const read = READS[request.name as ReadName] as ((connections: Connections, input: unknown) => unknown) | undefined;
    if (!read) throw new Error(`no read operation ${request.name}`);
    const until = performance.now() + (request.withinMs ?? Number.POSITIVE_INFINITY);
    const isOver = () => performance.now() > until || Atomics.load(ending, 0) !== 0;
    const both = connections();
    const output = both.index.until(isOver, () => read(both, request.input));
    return { id: request.id, output };
  } catch (error) {
    return failed(request, error);
  }
}

function failed(request: Request, error: unknown): Reply {
  const { message, code } = error as { message: string; code?: string };
  const detail = error instanceof ArchiveError ? { detail: error.detail } : {};
  return { id: request.id, error: { message: `${request.name}: ${message}`, code: code ?? '', ...detail } };
}

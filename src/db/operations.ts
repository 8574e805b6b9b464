/**
 * The table of everything that can be asked of the databases. An operation is a plain function
 * `(connections, input) => output` in operations/; it runs inside a database thread, so its input and output must be
 * structured-cloneable. A write names the database that it writes, for the group commit of writer and batch, and
 * whether its caller can do without the flush of its commit until `flushIndex`.
 */
import type { Connections } from './connection.ts';
import {
  changeUser,
  createSession,
  createUser,
  endSession,
  listSessions,
  listUsers,
  noteLogin,
  touchSession,
} from './operations/accounts.ts';
import { listAttempts, saveAttempts } from './operations/attempts.ts';
import {
  accessChainHash,
  accessChainHead,
  accessRows,
  appendAccessRows,
  checkAccessChain,
} from './operations/audit.ts';
import {
  filesOfPatient,
  filesToCopy,
  filesToCopyTotal,
  filesToProve,
  quarantinedToCopy,
  quarantineHead,
  snapshot,
  studiesInCopy,
} from './operations/backup.ts';
import { changesHead, changesSince, skipChangeNumbers } from './operations/changes.ts';
import {
  acceptCommitment,
  commitmentById,
  listCommitments,
  noteCommitment,
  openCommitments,
  reportCommitment,
  settleCommitment,
} from './operations/commitments.ts';
import { getCursor, setCursor } from './operations/cursors.ts';
import { find } from './operations/find.ts';
import { integrity } from './operations/integrity.ts';
import { flushIndex, getMeta, setMeta, setRecordsMeta } from './operations/meta.ts';
import { findScheduledSteps, listOrders, settleOrders } from './operations/order-query.ts';
import { cancelOrder, changeOrder, orderById, putOrder } from './operations/orders.ts';
import { changePerformedStep, createPerformedStep, performedStep } from './operations/performed-steps.ts';
import { addToQuarantine, listQuarantine, quarantineById } from './operations/quarantine.ts';
import { registerInstance } from './operations/register-instance.ts';
import { instancesOfFiles, selectFiles } from './operations/selected-files.ts';
import {
  findInstances,
  findSeriesFiles,
  findVersions,
  hasFiles,
  newestFiles,
  unapprovedBytes,
} from './operations/stored-instances.ts';
import { addToTextSearch } from './operations/text-search.ts';
import { attention, indexCounts, searchStudies, studyById } from './operations/worklist.ts';

export type Operation<Input, Output> = (connections: Connections, input: Input) => Output;

// biome-ignore lint/suspicious/noExplicitAny: the table holds operations of every input and output; Input<> and Output<> recover them
type AnyOperation = Operation<any, unknown>;

export const READS = {
  commitmentById,
  listCommitments,
  openCommitments,
  accessRows,
  attention,
  accessChainHash,
  accessChainHead,
  changesHead,
  changesSince,
  checkAccessChain,
  filesToCopy,
  filesToCopyTotal,
  filesToProve,
  filesOfPatient,
  studiesInCopy,
  find,
  findInstances,
  findSeriesFiles,
  findScheduledSteps,
  findVersions,
  getCursor,
  getMeta,
  hasFiles,
  indexCounts,
  instancesOfFiles,
  integrity,
  listAttempts,
  listOrders,
  listQuarantine,
  listSessions,
  listUsers,
  newestFiles,
  orderById,
  performedStep,
  quarantineById,
  quarantineHead,
  quarantinedToCopy,
  searchStudies,
  selectFiles,
  snapshot,
  studyById,
  unapprovedBytes,
} satisfies Record<string, AnyOperation>;

export const WRITES = {
  acceptCommitment: { database: 'records', run: acceptCommitment },
  noteCommitment: { database: 'records', run: noteCommitment },
  reportCommitment: { database: 'records', run: reportCommitment },
  settleCommitment: { database: 'records', run: settleCommitment },
  addToQuarantine: { database: 'records', run: addToQuarantine },
  // Made from the rows again when a power cut takes it.
  addToTextSearch: { database: 'index', run: addToTextSearch, flushedLater: true },
  appendAccessRows: { database: 'records', run: appendAccessRows },
  cancelOrder: { database: 'records', run: cancelOrder },
  changeOrder: { database: 'records', run: changeOrder },
  changePerformedStep: { database: 'records', run: changePerformedStep },
  changeUser: { database: 'records', run: changeUser },
  createPerformedStep: { database: 'records', run: createPerformedStep },
  createSession: { database: 'records', run: createSession },
  createUser: { database: 'records', run: createUser },
  endSession: { database: 'records', run: endSession },
  flushIndex: { database: 'index', run: flushIndex },
  noteLogin: { database: 'records', run: noteLogin },
  putOrder: { database: 'records', run: putOrder },
  // The file is durable and its batch is marked: a row that a power cut takes is filed again at the next start.
  registerInstance: { database: 'index', run: registerInstance, flushedLater: true },
  saveAttempts: { database: 'records', run: saveAttempts },
  setCursor: { database: 'records', run: setCursor },
  setMeta: { database: 'index', run: setMeta },
  setRecordsMeta: { database: 'records', run: setRecordsMeta },
  settleOrders: { database: 'records', run: settleOrders },
  skipChangeNumbers: { database: 'index', run: skipChangeNumbers },
  touchSession: { database: 'records', run: touchSession },
} satisfies Record<string, { database: 'index' | 'records'; run: AnyOperation; flushedLater?: true }>;

export type ReadName = keyof typeof READS;
export type WriteName = keyof typeof WRITES;
export type ReadInput<K extends ReadName> = Parameters<(typeof READS)[K]>[1];
export type ReadOutput<K extends ReadName> = ReturnType<(typeof READS)[K]>;
export type WriteInput<K extends WriteName> = Parameters<(typeof WRITES)[K]['run']>[1];
export type WriteOutput<K extends WriteName> = ReturnType<(typeof WRITES)[K]['run']>;

/** What this door needs of the others; main gives it. */
import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Route } from '../../accounts/route-permissions.ts';
import type { Archive } from '../../archive/archive.ts';
import type { Selection } from '../../archive/retrieve.ts';
import type { Attempts } from '../../attempts/attempts.ts';
import type { Audit } from '../../audit/record.ts';
import type { Certificates } from '../../certificates/certificates.ts';
import type { Commitments } from '../../commitment/commitments.ts';
import type { LiveSettings } from '../../config/live-settings.ts';
import type { Config } from '../../config/settings.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import type { ErrorCode } from '../../error-table.ts';
import type { Log } from '../../log.ts';
import type { Transfers } from '../../outbound/transfers.ts';
import type { Rendering } from '../../rendering/rendering.ts';
import type { Worklist } from '../../worklist/worklist.ts';
import type { BackedUpStudies } from './schemas/backup.ts';

export interface RestDeps {
  archive: Archive;
  worklist: Worklist;
  commitments: Commitments;
  attempts: Attempts;
  rendering: Rendering;
  accounts: Accounts;
  audit: Audit;
  certificates: Pick<Certificates, 'authority' | 'server'>;
  /** As it was at the start. */
  config: Config;
  settings: Pick<LiveSettings, 'current' | 'change'>;
  /** Asks a device whether it answers (C-ECHO). Never throws. */
  testDevice(device: Config['devices'][number]): Promise<DeviceAnswer>;
  outbound: OutboundControl;
  transfers: Transfers;
  log: Log;
  backup: BackupControl;
  /** The port that DICOM listens on by now. */
  dicomPort: number;
  /** The one for TLS; null: there is none. */
  dicomTlsPort: number | null;
  /** Of the program. */
  version: string;
}

type Device = Config['devices'][number];

interface DeviceFailure {
  kind: 'failed';
  reason: string;
  detail: string;
}

interface DeviceRefusal {
  kind: 'refused';
  /** DIMSE status. */
  status: number;
  detail: string;
}

/** Sub-operations as the device counts them. */
export interface FetchCounts {
  remaining: number;
  completed: number;
  failed: number;
  warning: number;
}

/** What is asked of other devices. None throws for what a device does. */
export interface OutboundControl {
  send(
    device: Device,
    selection: Selection,
    options: { signal: AbortSignal; delivered(delivery: SentInstance): void },
  ): Promise<{ kind: 'done' | 'stopped' } | DeviceFailure>;
  find(
    device: Device,
    keys: DicomJson,
  ): Promise<{ kind: 'found'; matches: readonly DicomJson[]; complete: boolean } | DeviceFailure | DeviceRefusal>;
  fetch(
    device: Device,
    request: {
      studyInstanceUid: string;
      by: 'move' | 'get';
      signal: AbortSignal;
      progress(counts: FetchCounts): void;
    },
  ): Promise<{ kind: 'done' | 'stopped'; counts: FetchCounts } | DeviceFailure | DeviceRefusal>;
}

/** What became of one instance that was sent. */
export interface SentInstance {
  instance: { sopInstanceUid: string };
  result: 'completed' | 'warning' | 'failed';
  /** What the receiver answered; absent when it gave no answer. */
  status?: number;
  why?: string;
}

export interface DeviceAnswer {
  kind: 'answered' | 'refused' | 'unreachable';
  milliseconds?: number;
  detail?: string;
}

/** One run of the backup onto one target. */
export interface BackupRun {
  /** By the clock, by a person, or for a night that was missed. */
  trigger: 'night' | 'hand' | 'missed';
  folder: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  finishedAt: string;
  outcome: 'ok' | 'incomplete' | 'failed';
  files: number;
  bytes: number;
  /** Why the outcome is not `ok`. */
  failure?: { code: ErrorCode; ko: string; en: string; detail: string };
}

export interface BackupState {
  nextRun: string | null;
  lastRun: BackupRun | null;
  lastSuccess: string | null;
  targets: readonly {
    kind: string;
    folder: string | null;
    label: string | null;
    region?: string;
    state: 'ready' | 'missing' | 'full';
    lastSuccess: string | null;
    lastDrill: {
      startedAt: string;
      good: boolean;
      files: number;
      sample: number;
      volumes: { read: number; all: number };
      problems: readonly string[];
    } | null;
    ownDisk: boolean | null;
  }[];
  /** On all targets, newest first. */
  runs: readonly BackupRun[];
  disks: readonly {
    number: number;
    folder: string;
    present: boolean;
    lastSeen: string;
    lastSuccess: string | null;
    freeBytes: number | null;
    encrypted: boolean | null;
    forecast: { bytesPerDay: number; daysUntilFull: number; fullOn: string } | null;
  }[];
  green: boolean;
  alarm: {
    id: string;
    at: string;
    folder: string;
    reasons: readonly { path: string; ko: string; en: string }[];
    sampled: number;
    changed: number;
    acknowledged: { at: string; who: string } | null;
  } | null;
  encryption: {
    state: 'off' | 'waiting' | 'on';
    recipients: { clinic: string; paper: string; drill: string } | null;
    since: string | null;
  };
  conditions: readonly { key: string; ko: string; en: string }[];
  streak: number;
  running?: { folder: string; stage: string; startedAt: string; bytesDone: number; bytesTotal: number };
}

type BackedUpStudy = z.infer<typeof BackedUpStudies>['studies'][number];

type NoticeDelivery = { state: 'off' | 'sent' } | { state: 'failed'; detail: string };

export interface BackupControl {
  status(): Promise<BackupState>;
  /** Resolves when all targets are done; rejects at once when a run is under way or there is no target. */
  run(): Promise<unknown>;
  /** @throws ArchiveError NOT_FOUND when this is not the alarm that is on */
  acknowledgeAlarm(id: string, who: string): Promise<void>;
  /** What people keep, shown once. */
  makeKeys(): Promise<{ clinicKeyFile: string; recoverySheet: string }>;
  /** @throws ArchiveError REQUEST_INVALID when this is not the end of the paper key */
  confirmKeys(ending: string): Promise<void>;
  stopEncryption(): Promise<void>;
  /** Studies of the backup on a target, newest first. @throws ArchiveError NOT_FOUND, BACKUP_TARGET_MISSING */
  look(folder: string, text: string): Promise<readonly BackedUpStudy[]>;
  /** Puts back what is gone or damaged here. @throws ArchiveError NOT_FOUND, BACKUP_TARGET_MISSING */
  putBack(
    folder: string,
    wanted: { patient?: string; study?: string; instance?: string },
  ): Promise<{
    files: number;
    whole: number;
    putBack: number;
    notInIndex: number;
    problems: readonly { path: string; ko: string; en: string }[];
  }>;
  /** @throws ArchiveError NOT_FOUND */
  forgetDisk(number: number): Promise<void>;
  /** Sends the test message by every way that is set up. */
  testNotices(): Promise<{ mail: NoticeDelivery; webhook: NoticeDelivery }>;
}

export type RestRoute = Exclude<Route, `${string} /dicom-web/${string}` | 'GET /wado'>;
export type RestHandlers = Record<RestRoute, RequestHandler>;

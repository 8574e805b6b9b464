/** A DICOM door with storage commitment on an archive of its own, in a hurry: pauses of milliseconds. */
import type { Archive } from '../../src/archive/archive.ts';
import { Certificates } from '../../src/certificates/certificates.ts';
import { CommitmentRequests } from '../../src/commitment/commitment-requests.ts';
import { type CommitmentSettings, Commitments } from '../../src/commitment/commitments.ts';
import { type Config, SETTINGS } from '../../src/config/settings.ts';
import type { Access } from '../../src/doors/dimse/conversation.ts';
import { createDimseListener } from '../../src/doors/dimse/listener.ts';
import { createLog } from '../../src/log.ts';
import { Worklist } from '../../src/worklist/worklist.ts';
import { openArchive } from './archive.ts';
import { freshFolder } from './folders.ts';

export interface CommitmentDoor {
  readonly port: number;
  readonly archive: Archive;
  readonly commitments: Commitments;
  readonly commitmentRequests: CommitmentRequests;
  readonly accesses: Access[];
  /** The approved devices; may be changed. */
  devices: Config['devices'][number][];
  /** Closes the door and opens it again on the same archive. */
  restart(changes?: CommitmentDoorOptions): Promise<CommitmentDoor>;
  close(): Promise<void>;
}

export interface CommitmentDoorOptions extends Partial<Pick<CommitmentSettings, 'mostOpen' | 'patience' | 'pauses'>> {
  silenceMs?: number;
  answerMs?: number;
  stayMs?: number;
}

/** The keys are made once. */
let certificatesFolder: string | undefined;

/** Approves MODALITY, which listens at `modalityPort`, and SILENT, which listens nowhere. */
export async function startCommitmentDoor(
  modalityPort: number | null,
  options: CommitmentDoorOptions = {},
  from?: Pick<CommitmentDoor, 'archive' | 'devices'>,
): Promise<CommitmentDoor> {
  const log = createLog({ level: 'silent' });
  const archive = from?.archive ?? (await openArchive());
  const { silenceMs = 30, answerMs = 5000, stayMs = 100, ...timing } = options;
  const books = { mostOpen: 1000, patience: 3_600_000, pauses: [40], ...timing };
  const commitments = new Commitments({ archive, log, ...books });
  const commitmentRequests = new CommitmentRequests({ database: archive.database, log, ...books });
  certificatesFolder ??= freshFolder();
  const certificates = await Certificates.open({ dataDir: certificatesFolder, clinic: 'x', hostNames: [], log });
  const accesses: Access[] = [];
  const config = SETTINGS.parse({ dicom: { host: '127.0.0.1', port: 0, tlsPort: null } });
  const at = { host: '127.0.0.1', may: ['store' as const] };
  const door = {
    archive,
    commitments,
    commitmentRequests,
    accesses,
    devices: from?.devices ?? [
      { ...at, name: '촬영실', aeTitle: 'MODALITY', port: modalityPort },
      { ...at, name: '초음파', aeTitle: 'SILENT', port: null },
    ],
  };
  const listener = createDimseListener({
    archive,
    commitments,
    commitmentRequests,
    worklist: new Worklist({ database: archive.database, log, timeZone: config.clinic.timeZone }),
    config,
    certificates,
    devices: () => door.devices,
    log,
    onAccess: (access) => accesses.push(access),
    onAttempt: () => undefined,
    commitmentTimes: { silenceMs, answerMs, stayMs, limits: { connectMs: 2000, associateMs: 2000, responseMs: 2000 } },
  });
  const { port } = await listener.listen();
  return Object.assign(door, {
    port,
    async restart(changes: CommitmentDoorOptions = {}) {
      await listener.close();
      await certificates.close();
      return startCommitmentDoor(modalityPort, { ...options, ...changes }, door);
    },
    async close() {
      await listener.close();
      await certificates.close();
      await archive.close();
    },
  });
}

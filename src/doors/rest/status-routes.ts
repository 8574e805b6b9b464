/** How the appliance is: what to type into a modality, room on the disk, what waits for staff. */
import { networkInterfaces } from 'node:os';
import type { z } from 'zod';
import { parsePersonName } from '../../dicom/person-name.ts';
import type { ErrorCode } from '../../error-table.ts';
import { ERRORS } from '../../error-table.ts';
import type { RestDeps, RestHandlers } from './deps.ts';
import { json } from './exchange.ts';
import { Health } from './schemas/shapes.ts';
import { Attention, Status } from './schemas/upkeep.ts';

type StatusRoutes = Pick<RestHandlers, 'GET /healthz' | 'GET /api/status' | 'GET /api/attention'>;

/** Every open page asks for the counts once a minute; they are counted at most this often. */
const COUNTED_EVERY_MS = 5000;

interface Counts {
  studies: number;
  instances: number;
  attention: number;
  quarantine: number;
}

export function statusRoutes(deps: RestDeps): StatusRoutes {
  const { archive, config } = deps;
  const startedAt = new Date().toISOString();
  let counted: { at: number; counts: Promise<Counts> } | undefined;
  const counts = (): Promise<Counts> => {
    if (!counted || performance.now() - counted.at > COUNTED_EVERY_MS) {
      counted = { at: performance.now(), counts: count(deps) };
      counted.counts.catch(() => (counted = undefined));
    }
    return counted.counts;
  };
  return {
    'GET /healthz': json(Health, () => ({ status: 'ok' as const })),

    'GET /api/status': json(Status, async () => {
      const { index, disk } = archive.status();
      const { low, refusing, ...bytes } = disk;
      return {
        version: deps.version,
        startedAt,
        clinic: config.clinic,
        dicom: {
          aeTitle: config.dicom.aeTitle,
          addresses: addressesFor(config.dicom.host),
          port: deps.dicomPort,
          tlsPort: deps.dicomTlsPort,
        },
        storage: { ...whole(bytes), state: refusing ? ('full' as const) : low ? ('low' as const) : ('ok' as const) },
        index: index.state,
        backup: await backupInShort(deps),
        ...(await counts()),
      };
    }),

    'GET /api/attention': json(Attention, async () => {
      const { copies, quarantined, sharedStudyUids } = await archive.attention();
      return {
        quarantine: quarantined.map(quarantineView),
        instances: await Promise.all(copies.map((copy) => copyView(deps, copy))),
        sharedStudies: sharedStudyUids.map(({ studyInstanceUid, studies }) => ({
          studyInstanceUid,
          studies: studies.map(({ id, ...patient }) => ({ id, ...patientView(patient) })),
        })),
      };
    }),
  };
}

async function count({ archive }: RestDeps): Promise<Counts> {
  const [{ studies, instances }, { copies, quarantined, sharedStudyUids }] = await Promise.all([
    archive.counts(),
    archive.attention(1000),
  ]);
  const attention = copies.length + quarantined.length + sharedStudyUids.length;
  return { studies, instances, attention, quarantine: quarantined.length };
}

async function backupInShort({ backup }: RestDeps): Promise<z.input<typeof Status>['backup']> {
  const { lastRun, lastSuccess, running, disks } = await backup.status();
  const days = disks.flatMap(({ forecast }) => forecast?.daysUntilFull ?? []);
  const daysUntilFull = days.length === 0 ? null : Math.min(...days);
  const lastOutcome = lastRun === null ? null : lastRun.outcome === 'ok' ? ('ok' as const) : ('failed' as const);
  return { lastSuccess, lastOutcome, running: running !== undefined, daysUntilFull };
}

/** The addresses that a modality can reach: of all networks, or the one that is set. */
function addressesFor(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outward = all.filter(({ internal, family }) => !internal && family === 'IPv4');
  return outward.map(({ address }) => address);
}

/** A disk that could not be asked counts as endless; JSON has no such number. */
function whole<T extends Record<string, number>>(bytes: T): T {
  const entries = Object.entries(bytes).map(([name, value]) => [
    name,
    Math.min(Math.floor(value), Number.MAX_SAFE_INTEGER),
  ]);
  return Object.fromEntries(entries) as T;
}

type Found = Awaited<ReturnType<RestDeps['archive']['attention']>>;

function quarantineView(row: Found['quarantined'][number]) {
  const { ko, en } = ERRORS[row.code as ErrorCode] ?? {};
  return {
    id: String(row.id),
    receivedAt: row.lastReceivedAt,
    times: row.times,
    callingAe: row.callingAe,
    peerAddress: row.peerAddress,
    code: row.code,
    ...(ko !== undefined && en !== undefined ? { message: { ko, en } } : {}),
    detail: row.detail,
    size: row.bytes,
    sha256: row.sha256,
  };
}

async function copyView({ archive }: RestDeps, copy: Found['copies'][number]) {
  const versions = await archive.retrieve.versions(copy.sopInstanceUid);
  const current = versions.find(({ role }) => role === 'current');
  return { ...copy, ...patientView(copy), current: current ? patientView(current) : null };
}

function patientView({ patientId, patientName }: { patientId: string; patientName: string }) {
  return { patientId, patientName: parsePersonName(patientName) };
}

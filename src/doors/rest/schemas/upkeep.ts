/** What staff looks after: state, 확인 필요, access log, backup. */
import { z } from 'zod';
import { Clinic, Instant, PersonName, Sentence } from './shapes.ts';

export const Status = z
  .object({
    version: z.string(),
    startedAt: Instant,
    clinic: Clinic,
    dicom: z
      .object({ aeTitle: z.string(), addresses: z.array(z.string()), port: z.int(), tlsPort: z.int().nullable() })
      .meta({ description: 'What to type into a modality' }),
    storage: z.object({
      freeBytes: z.int(),
      totalBytes: z.int(),
      warnBelowBytes: z.int(),
      refuseBelowBytes: z.int(),
      state: z.enum(['ok', 'low', 'full']).meta({ description: 'full: images are refused, reading goes on' }),
    }),
    studies: z.int(),
    instances: z.int(),
    attention: z.int().meta({ description: 'Things under 확인 필요, quarantined ones included' }),
    quarantine: z.int(),
    index: z.enum(['ready', 'rebuilding', 'damaged']),
    backup: z
      .object({
        lastSuccess: Instant.nullable(),
        lastOutcome: z.enum(['ok', 'failed']).nullable(),
        running: z.boolean(),
      })
      .meta({ description: 'In short' }),
  })
  .meta({ id: 'Status' });

const PatientOf = z.object({ patientId: z.string(), patientName: PersonName });

export const Attention = z
  .object({
    quarantine: z.array(
      z.object({
        id: z.string(),
        receivedAt: Instant,
        times: z.int().meta({ description: 'How often the same bytes came' }),
        callingAe: z.string(),
        peerAddress: z.string(),
        code: z.string(),
        message: Sentence.optional(),
        detail: z.string(),
        size: z.int(),
        sha256: z.string(),
      }),
    ),
    instances: z.array(
      PatientOf.extend({
        fileId: z.string(),
        receivedAt: Instant,
        callingAe: z.string(),
        peerAddress: z.string(),
        studyInstanceUid: z.string(),
        sopInstanceUid: z.string(),
        current: PatientOf.nullable().meta({ description: 'Whose image stays current' }),
      }),
    ),
    sharedStudies: z.array(
      z.object({ studyInstanceUid: z.string(), studies: z.array(PatientOf.extend({ id: z.int() })) }),
    ),
  })
  .meta({ id: 'Attention' });

export const AccessLogQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  before: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .meta({ description: '`after` of the page before' }),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  who: z.string().max(200).optional(),
  patientId: z.string().max(64).optional(),
  studyInstanceUid: z.string().max(64).optional(),
});

export const AccessLog = z
  .object({
    rows: z.array(
      z.object({
        id: z.string(),
        at: Instant,
        who: z.string(),
        action: z.string(),
        from: z.string(),
        door: z.string(),
        outcome: z.enum(['ok', 'refused']),
        patientId: z.string().nullable(),
        studyInstanceUid: z.string().nullable(),
        detail: z.string().nullable(),
      }),
    ),
    after: z.string().nullable(),
  })
  .meta({ id: 'AccessLog', description: 'Newest first' });

export const Backup = z
  .object({
    running: z.object({ phase: z.string(), doneBytes: z.int(), totalBytes: z.int(), startedAt: Instant }).nullable(),
    next: Instant.nullable(),
    lastSuccess: Instant.nullable().meta({ description: 'When everything was last safe on some target' }),
    green: z.boolean().meta({ description: 'Last run good, last restore drill good, every target seen in time' }),
    streak: z.int().meta({ description: 'Days in a row on which a restore was proved' }),
    targets: z.array(
      z.object({
        name: z.string(),
        kind: z.string(),
        path: z.string(),
        state: z.enum(['ready', 'missing', 'full']).meta({ description: 'At the last run' }),
        lastSuccess: Instant.nullable(),
        drill: z
          .object({
            at: Instant,
            good: z.boolean(),
            files: z.int().meta({ description: 'Counted in the restored databases' }),
            sample: z.int().meta({ description: 'Restored and compared with the live files' }),
            volumesRead: z.int(),
            volumes: z.int(),
            problems: z.array(z.string()),
          })
          .nullable()
          .meta({ description: 'The last restore drill' }),
        ownDisk: z.boolean().nullable().meta({ description: 'false: on the disk of the archive, and lost with it' }),
      }),
    ),
    disks: z
      .array(
        z.object({
          number: z.int().meta({ description: 'In the order of their first backup' }),
          folder: z.string().meta({ description: 'Where it was last' }),
          present: z.boolean().meta({ description: 'At the last run; one that is away is missing since lastSeen' }),
          lastSeen: Instant,
          lastSuccess: Instant.nullable(),
          freeBytes: z.int().nullable(),
          daysUntilFull: z.int().nullable().meta({ description: 'At the rate of its last runs' }),
        }),
      )
      .meta({ description: 'Each known by the id that lies on it, whatever place it comes to' }),
    runs: z.array(
      z.object({
        id: z.string(),
        startedAt: Instant,
        endedAt: Instant.nullable(),
        trigger: z.enum(['night', 'hand', 'start']).meta({ description: 'start: a missed night, made up later' }),
        outcome: z.enum(['ok', 'failed', 'running']),
        code: z.string().optional(),
        message: Sentence.optional(),
        instances: z.int(),
        bytes: z.int(),
        target: z.string(),
      }),
    ),
  })
  .meta({ id: 'Backup' });

const CertificateView = z
  .object({
    subject: z.string(),
    fingerprint: z.string().meta({ description: 'SHA-256, in hexadecimal pairs, to be compared when it is installed' }),
    validFrom: Instant,
    validTo: Instant,
    names: z.array(z.string()).meta({ description: 'Host names and addresses that it is for' }),
  })
  .meta({ id: 'Certificate' });

export const CertificatesView = z
  .object({
    authority: CertificateView,
    server: CertificateView.meta({ description: 'Renewed by itself, in good time and when a name or address is new' }),
  })
  .meta({ id: 'Certificates' });

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
        daysUntilFull: z.int().nullable().meta({ description: 'Of the disk that is full first, at the present rate' }),
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

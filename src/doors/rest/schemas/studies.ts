/** The worklist and the files behind it. */
import { z } from 'zod';
import { Day, Instant, PersonName } from './shapes.ts';

export const StudyView = z
  .object({
    id: z.int(),
    studyInstanceUid: z.string(),
    patientId: z.string(),
    patientName: PersonName,
    birthDate: z.string(),
    sex: z.string(),
    studyDate: z.string(),
    studyTime: z.string(),
    description: z.string(),
    accessionNumber: z.string(),
    modalities: z.array(z.string()),
    seriesCount: z.int(),
    instanceCount: z.int(),
    receivedAt: Instant,
    lastReceivedAt: Instant,
  })
  .meta({ id: 'StudyRow' });

export const StudySearch = z
  .strictObject({
    text: z
      .string()
      .max(200)
      .optional()
      .meta({ description: 'Part of a name (any script, 초성 too), Patient ID or Accession Number' }),
    from: Day.optional(),
    to: Day.optional(),
    arrivedSince: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: 'Studies that arrived since then match too, whatever their date; newest arrival first' }),
    modalities: z.array(z.string().max(16)).max(50).optional(),
    limit: z.int().min(1).max(500).optional().meta({ description: '100 unless given' }),
    after: z.string().max(200).optional().meta({ description: '`after` of the page before' }),
  })
  .meta({ id: 'StudySearch' });

export const StudyPage = z
  .object({
    rows: z.array(StudyView),
    after: z.string().nullable().meta({ description: 'Token of the next page; null when this was the last' }),
    head: z
      .object({ epoch: z.string(), seq: z.int() })
      .meta({ description: 'Where the change log stood before the rows were read' }),
  })
  .meta({ id: 'StudyPage' });

export const StudyDetail = StudyView.extend({
  series: z.array(
    z.object({
      seriesInstanceUid: z.string(),
      modality: z.string(),
      number: z.string(),
      description: z.string(),
      instanceCount: z.int(),
    }),
  ),
}).meta({ id: 'StudyDetail' });

export const StudyPath = z.object({ id: z.coerce.number().int().min(1) });

export const VersionsQuery = z.strictObject({ SOPInstanceUID: z.string().min(1).max(64) });

export const Versions = z
  .object({
    instances: z.array(
      z.object({
        fileId: z.string(),
        role: z.enum(['current', 'prior', 'attention']).meta({
          description: 'current: what viewers get; prior: replaced by a newer one; attention: kept aside (확인 필요)',
        }),
        sha256: z.string().meta({ description: 'Of the data set, hexadecimal' }),
        bytes: z.int().meta({ description: 'Of the data set' }),
        transferSyntaxUid: z.string(),
        sopClassUid: z.string(),
        sopInstanceUid: z.string(),
        seriesInstanceUid: z.string(),
        studyInstanceUid: z.string(),
        patientId: z.string(),
        patientName: PersonName,
        receivedAt: Instant,
        callingAe: z.string(),
        peerAddress: z.string(),
      }),
    ),
  })
  .meta({ id: 'Versions', description: 'Every stored file of one SOP Instance UID, oldest first' });

export const FilePath = z.object({ fileId: z.string().min(1).max(64) });

export const QuarantinePath = z.object({ id: z.coerce.number().int().min(1) });

export const OpenQuery = z
  .strictObject({
    accession: z.string().max(64).optional(),
    patientId: z.string().max(64).optional(),
    date: Day.optional(),
  })
  .refine(({ accession, patientId }) => (accession ?? '') !== '' || (patientId ?? '') !== '');

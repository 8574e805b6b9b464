/** Studies sent to other devices and fetched from them. */
import { z } from 'zod';
import { Day, Instant } from './shapes.ts';

const Uid = z.string().regex(/^[0-9A-Za-z.-]{1,64}$/);
const DeviceId = z.string().min(1).max(400).meta({ description: '`id` of GET /api/devices' });

export const SendRequest = z
  .strictObject({ studyId: z.int().meta({ description: '`id` of a study' }), device: DeviceId })
  .meta({ id: 'SendRequest' });

export const FetchRequest = z
  .strictObject({
    studyInstanceUid: Uid,
    patientId: z.string().max(64).optional().meta({ description: 'For the record, as the search found it' }),
    by: z.enum(['move', 'get']).optional().meta({
      description: 'move unless given: the device has to know our AE title and address; get: it need not',
    }),
  })
  .meta({ id: 'FetchRequest' });

export const RemoteSearch = z
  .strictObject({
    patientId: z.string().min(1).max(64).optional(),
    patientName: z.string().min(1).max(200).optional().meta({ description: 'With * and ? as in DICOM' }),
    accessionNumber: z.string().min(1).max(16).optional(),
    from: Day.optional(),
    to: Day.optional(),
    modality: z.string().max(16).optional(),
  })
  .meta({ id: 'RemoteSearch', description: 'At least one key' });

export const RemoteStudies = z
  .object({
    studies: z.array(
      z.object({
        studyInstanceUid: z.string(),
        patientId: z.string(),
        patientName: z.string(),
        birthDate: z.string(),
        studyDate: z.string(),
        studyTime: z.string(),
        accessionNumber: z.string(),
        description: z.string(),
        modalities: z.array(z.string()),
        instanceCount: z.int().nullable(),
      }),
    ),
    complete: z.boolean().meta({ description: 'false: there are more than 500' }),
  })
  .meta({ id: 'RemoteStudies' });

export const TransferView = z
  .object({
    id: z.int(),
    kind: z.enum(['send', 'fetch']),
    device: z.string(),
    studyInstanceUid: z.string(),
    patientId: z.string().meta({ description: "'' when it is not known" }),
    startedBy: z.string(),
    startedAt: Instant,
    finishedAt: Instant.nullable(),
    state: z.enum(['waiting', 'running', 'done', 'failed', 'stopped']),
    total: z.int(),
    completed: z.int(),
    warning: z.int(),
    failed: z.int(),
    failures: z.array(
      z.object({
        sopInstanceUid: z.string(),
        status: z.int().nullable().meta({ description: "The receiver's answer; null when it gave none" }),
        why: z.string().nullable(),
      }),
    ),
    detail: z.string().meta({ description: 'For support' }),
  })
  .meta({ id: 'Transfer' });

export const TransferList = z.object({ transfers: z.array(TransferView) }).meta({ id: 'TransferList' });

export const TransferPath = z.object({ id: z.coerce.number().int().min(1) });

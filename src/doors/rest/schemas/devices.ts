/** Connections to the DICOM ports, and the devices that are approved. */
import { z } from 'zod';
import { Instant, Sentence } from './shapes.ts';

const Uid = z.object({ uid: z.string(), name: z.string().nullable() }).meta({ id: 'NamedUid' });

export const AttemptView = z
  .object({
    id: z.int(),
    code: z.string().meta({ description: 'Name of the diagnosis; fixed' }),
    level: z.enum(['ok', 'notice', 'failed']),
    message: Sentence.meta({ description: 'What happened' }),
    nextStep: Sentence,
    approvable: z.boolean().meta({ description: 'Approving the device puts it right' }),
    times: z.int(),
    firstAt: Instant,
    lastAt: Instant,
    address: z.string(),
    port: z.enum(['plain', 'tls']),
    opening: z.string().meta({ description: 'What the first bytes were' }),
    tls: z
      .object({
        version: z.string(),
        cipher: z.string(),
        certificate: z
          .object({
            subject: z.string(),
            fingerprint: z.string().meta({ description: 'SHA-256' }),
            trusted: z.boolean().nullable().meta({ description: "The device's, or made by our authority" }),
          })
          .nullable(),
      })
      .nullable()
      .meta({ description: 'null: not encrypted' }),
    callingAe: z.string().nullable().meta({ description: 'null: no association request came' }),
    calledAe: z.string().nullable(),
    implementation: z.object({ classUid: z.string(), version: z.string() }).nullable(),
    contexts: z.array(
      z.object({
        id: z.int(),
        abstractSyntax: Uid,
        transferSyntaxes: z.array(Uid),
        result: z.int().nullable().meta({ description: 'PS3.8 table 9-18; null when the request was not accepted' }),
        accepted: Uid.nullable(),
      }),
    ),
    refusal: z.string().nullable().meta({ description: 'Why the request was rejected as a whole' }),
    services: z.record(z.string(), z.int()).meta({ description: 'Requests by service' }),
    ending: z.string(),
    detail: z.string().meta({ description: 'For support' }),
  })
  .meta({ id: 'Attempt' });

export const AttemptQuery = z.strictObject({
  failed: z.enum(['true', 'false']).optional().meta({ description: 'true: without the ones that are well' }),
  limit: z.coerce.number().int().min(1).max(500).optional(),
});

export const AttemptList = z
  .object({ attempts: z.array(AttemptView) })
  .meta({ id: 'AttemptList', description: 'Newest first. Equal ones are one row with a count' });

const Port = z.int().nullable();
const May = z.array(z.string().max(20)).max(10).meta({ description: 'store, query, retrieve, worklist' });

/** What a device may hold is checked as a whole by the settings, which also know what to tell people. */
const deviceFields = {
  name: z.string().max(64),
  aeTitle: z.string().max(64),
  host: z.string().max(253).meta({ description: "An IP address; 'any': its address is not checked" }),
  port: Port.optional().meta({ description: 'Where it listens; null: it only calls' }),
  may: May.optional(),
  charset: z.string().max(200).optional(),
  tls: z.enum(['optional', 'only']).optional().meta({
    description: 'We call it by TLS. only: its connections without TLS are refused',
  }),
  certificate: z.string().max(20_000).optional().meta({
    description: 'PEM: its own certificate or that of its authority; without it, our authority has to have made it',
  }),
  askCommitment: z
    .boolean()
    .optional()
    .meta({ description: 'true: after sending images to it, ask it for storage commitment' }),
};

export const NewDevice = z.strictObject(deviceFields).meta({ id: 'NewDevice' });

export const DeviceView = z
  .object({ ...deviceFields, id: z.string().meta({ description: 'AE@host' }), port: Port, may: May })
  .meta({ id: 'Device' });

export const DeviceList = z.object({ devices: z.array(DeviceView) }).meta({ id: 'DeviceList' });

export const DevicePath = z.object({ id: z.string().min(1).max(400) });

export const AttemptPath = z.object({ id: z.coerce.number().int().min(1) });

export const Approval = z
  .strictObject({
    name: z.string().max(64),
    may: May.optional().meta({ description: 'store unless given' }),
    certificateFingerprint: z.string().max(200).optional().meta({
      description: 'Registers the certificate that the device presented, after it was compared with the device',
    }),
    anyAddress: z.boolean().optional().meta({ description: 'true: its address may change, and is not checked' }),
  })
  .meta({ id: 'Approval' });

export const ConnectionTest = z
  .object({
    kind: z.enum(['answered', 'refused', 'unreachable']),
    milliseconds: z.int().optional(),
    detail: z.string().optional(),
  })
  .meta({ id: 'ConnectionTest' });

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

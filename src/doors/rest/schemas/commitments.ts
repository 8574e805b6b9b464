/** Storage commitment: what devices asked of us and what we asked of them. */
import { z } from 'zod';
import { Instant } from './shapes.ts';

const Side = z
  .enum(['scp', 'scu'])
  .meta({ description: 'scp: a device asked us whether its images are safe; scu: we asked a device that we sent to' });

const State = z.enum(['checking', 'reporting', 'confirmed', 'asking', 'awaiting', 'reported', 'given-up']).meta({
  description:
    'scp: checking the files, reporting until the device confirms, confirmed. scu: asking, awaiting its report, reported',
});

const FIELDS = {
  id: z.int(),
  side: Side,
  state: State,
  transactionUid: z.string(),
  aeTitle: z.string().meta({ description: 'The device' }),
  address: z.string(),
  instances: z.int(),
  failed: z.int().nullable().meta({ description: 'Of the instances; null as long as nobody knows' }),
  attempts: z.int().meta({ description: 'That failed' }),
  lastError: z.string().meta({ description: 'For support' }),
  createdAt: Instant,
  changedAt: Instant,
  endedAt: Instant.nullable(),
};

export const CommitmentQuery = z.strictObject({
  side: Side.optional(),
  state: State.optional(),
  limit: z.coerce.number().int().min(1).max(500).optional().meta({ description: '100 unless given' }),
  before: z.coerce.number().int().min(1).optional().meta({ description: 'Only those with a smaller id' }),
});

export const CommitmentList = z
  .object({ commitments: z.array(z.object(FIELDS).meta({ id: 'Commitment' })) })
  .meta({ id: 'CommitmentList', description: 'Newest first' });

export const CommitmentPath = z.object({ id: z.coerce.number().int().min(1) });

export const CommitmentView = z
  .object({
    ...FIELDS,
    results: z.array(
      z.object({
        sopClassUid: z.string(),
        sopInstanceUid: z.string(),
        committed: z.boolean().nullable(),
        failureReason: z.string().nullable().meta({ description: '(0008,1197), e.g. 0112H' }),
      }),
    ),
  })
  .meta({ id: 'CommitmentWithResults' });

/** Shapes that several subjects of the API share. The OpenAPI document and the pages' types are made from them. */
import { z } from 'zod';

export const Sentence = z.object({ ko: z.string(), en: z.string() }).meta({ id: 'Sentence' });

export const Problem = z
  .object({
    code: z.string().meta({ description: 'Name of the failure; fixed' }),
    message: Sentence,
    detail: z.string(),
    errors: z
      .record(z.string(), Sentence)
      .optional()
      .meta({ description: 'What is wrong with single fields, by path' }),
  })
  .meta({ id: 'Problem', description: 'Every answer with a status of 400 or more' });

export const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

export const Done = z.object({}).meta({ id: 'Done' });

/** Component groups of a DICOM person name, as stored (`^` between components). */
export const PersonName = z
  .object({ alphabetic: z.string(), ideographic: z.string(), phonetic: z.string() })
  .meta({ id: 'PersonName' });

export const Clinic = z.object({ name: z.string(), timeZone: z.string() }).meta({ id: 'Clinic' });

/** ISO 8601, UTC. */
export const Instant = z.string().meta({ format: 'date-time' });

/** A DICOM date, YYYYMMDD; dashes and dots between are taken too. */
export const Day = z
  .string()
  .regex(/^\d{4}[-.]?\d{2}[-.]?\d{2}$/)
  .meta({ description: 'YYYYMMDD' });

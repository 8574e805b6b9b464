/** Images of a study as the quick view shows them. */
import { z } from 'zod';
import { StudyPath, StudyView } from './studies.ts';

const SIDE = 1600;

export const StudyImages = z
  .object({
    study: StudyView,
    series: z.array(
      z.object({
        seriesInstanceUid: z.string(),
        modality: z.string(),
        number: z.string(),
        description: z.string(),
        instanceCount: z.int(),
        images: z.array(
          z.object({
            sopInstanceUid: z.string(),
            fileId: z.string(),
            number: z.string(),
            frames: z.int(),
            rows: z.int(),
            columns: z.int(),
          }),
        ),
      }),
    ),
    others: z.int().meta({ description: 'Reports, signals and documents: nothing to draw' }),
  })
  .meta({ id: 'StudyImages', description: 'Series that have images, in reading order' });

export const FramePath = StudyPath.extend({
  sopInstanceUid: z.string().min(1).max(64),
  frame: z.coerce.number().int().min(1),
});

export const ValuesQuery = z.strictObject({ side: z.coerce.number().int().min(16).max(4096).default(SIDE) });

const Window = z.object({
  center: z.number(),
  width: z.number(),
  shape: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']),
});

export const FrameFacts = z
  .object({
    rows: z.int(),
    columns: z.int(),
    greyscale: z.boolean(),
    spacing: z.array(z.number()).length(2).nullable().meta({ description: 'Height and width of a pixel in mm' }),
    spacingKind: z.enum(['calibrated', 'detector', 'none']).meta({
      description:
        'detector: measured at the detector plane, where a body is magnified; none: millimetres are not known',
    }),
    lossy: z.boolean(),
    windows: z.array(Window.extend({ name: z.string() })),
    orientation: z.array(z.string()).length(2).nullable(),
    laterality: z.string(),
    frameTimeMs: z.number().nullable(),
  })
  .meta({ id: 'FrameFacts' });

/** 백업: state, alarms. */
import { z } from 'zod';
import { Instant, Sentence } from './shapes.ts';

export const Backup = z
  .object({
    running: z.object({ phase: z.string(), doneBytes: z.int(), totalBytes: z.int(), startedAt: Instant }).nullable(),
    next: Instant.nullable(),
    lastSuccess: Instant.nullable().meta({ description: 'When everything was last safe on some target' }),
    green: z.boolean().meta({ description: 'Last run good, last restore drill good, every target seen in time' }),
    alarm: z
      .object({
        id: z.string(),
        at: Instant,
        target: z.string().meta({ description: 'Of the run that was stopped before it wrote anything' }),
        message: Sentence.meta({ description: 'What to do' }),
        reasons: z.array(z.object({ path: z.string(), message: Sentence })),
        sampled: z.int(),
        changed: z.int().meta({ description: 'Of the sampled stored images' }),
        acknowledged: z.object({ at: Instant, who: z.string() }).nullable(),
      })
      .nullable()
      .meta({ description: 'Ransomware is suspected; no run begins until it is acknowledged' }),
    encryption: z
      .object({
        state: z
          .enum(['off', 'waiting', 'on'])
          .meta({ description: 'waiting: keys were made and are not confirmed yet' }),
        recipients: z.object({ clinic: z.string(), paper: z.string(), drill: z.string() }).nullable(),
        since: Instant.nullable(),
      })
      .meta({ description: 'Of disks that are new; a disk that is encrypted stays so' }),
    warnings: z
      .array(z.object({ key: z.string(), message: Sentence }))
      .meta({ description: 'What is wrong at present; the same is sent by mail and to the webhook, once a day' }),
    streak: z.int().meta({ description: 'Days in a row on which a restore was proved' }),
    targets: z.array(
      z.object({
        name: z.string(),
        kind: z.string(),
        path: z.string().meta({ description: 'A folder, or `https://host/bucket/prefix` of a cloud' }),
        region: z.string().optional().meta({ description: 'Of a cloud' }),
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
          encrypted: z.boolean().nullable().meta({ description: 'null while no run has looked' }),
          daysUntilFull: z.int().nullable().meta({ description: 'At the rate of its last runs' }),
          forecast: z
            .object({ bytesPerDay: z.int(), daysUntilFull: z.int(), fullOn: z.string().meta({ format: 'date' }) })
            .nullable()
            .meta({ description: 'The same with the rate and the day; null while that cannot be said' }),
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

export const AlarmSeen = z
  .strictObject({ id: z.string().max(64) })
  .meta({ description: 'Of the alarm that was looked at' });

export const BackupKeys = z
  .object({
    clinicKeyFile: z.string().meta({ description: 'A text file for the director, to be kept away from the server' }),
    recoverySheet: z.string().meta({ description: 'HTML, to be printed and locked away' }),
  })
  .meta({ id: 'BackupKeys', description: 'Shown once; the server keeps neither' });

export const KeysKept = z.strictObject({ ending: z.string().max(20) }).meta({
  description: 'The last six characters of the paper key, which show that the sheet was printed',
});

/** What stands in place of a secret; sent back, it leaves the secret as it is. */
export const MASK = '********';

/** The values are checked as those of config.json are. */
export const Notices = z
  .strictObject({
    afterHours: z.int().meta({ description: 'Hours without a good backup after which it is told' }),
    mail: z
      .strictObject({
        host: z.string(),
        port: z.int(),
        security: z.enum(['starttls', 'tls', 'none']),
        user: z.string().optional(),
        password: z
          .string()
          .optional()
          .meta({ description: `Never shown: ${MASK} stands for one that is kept` }),
        from: z.string(),
        to: z.array(z.string()),
      })
      .nullable(),
    webhook: z
      .strictObject({
        url: z
          .string()
          .meta({ description: `Its path may be a secret and is shown as ${MASK}; sent back so, it is kept` }),
      })
      .nullable()
      .meta({ description: 'Gets { "text": "…" } by POST, as Slack, Teams, Mattermost and Google Chat take it' }),
  })
  .meta({ id: 'BackupNotices' });

const Delivery = z.object({ state: z.enum(['off', 'sent', 'failed']), detail: z.string().optional() });

export const NoticesTested = z.object({ mail: Delivery, webhook: Delivery }).meta({ id: 'BackupNoticesTested' });

export const DiskPath = z.strictObject({ number: z.coerce.number().int().min(1) });

const TargetFolder = z.string().min(1).max(1024).meta({ description: '`path` of one of the targets' });

export const LookInto = z.strictObject({
  target: TargetFolder,
  text: z
    .string()
    .max(200)
    .meta({ description: 'A Patient ID, a Study Instance UID, or a part of a name; all when empty' }),
});

export const BackedUpStudies = z
  .object({
    studies: z.array(
      z.object({
        patientId: z.string(),
        patientName: z.string(),
        studyInstanceUid: z.string(),
        studyDate: z.string(),
        studyDescription: z.string(),
        modalities: z.string(),
        instances: z.int(),
        bytes: z.int(),
      }),
    ),
  })
  .meta({ id: 'BackedUpStudies', description: 'Newest first, at most 500' });

export const PutBackRequest = z
  .strictObject({
    target: TargetFolder,
    patientId: z.string().min(1).max(64).optional(),
    studyInstanceUid: z.string().min(1).max(64).optional(),
    sopInstanceUid: z.string().min(1).max(64).optional(),
  })
  .meta({ description: 'Exactly one of the three' });

export const PutBackResult = z
  .object({
    files: z.int().meta({ description: 'In the backup' }),
    whole: z.int().meta({ description: 'Whole here, left alone' }),
    putBack: z.int(),
    notInIndex: z.int().meta({ description: 'Of those put back: shown after npm run reindex' }),
    problems: z.array(z.object({ path: z.string(), message: Sentence })),
  })
  .meta({ id: 'PutBackResult' });

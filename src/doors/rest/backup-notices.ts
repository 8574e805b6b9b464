/** The settings of the backup's notices as they are shown and changed: secrets go in and never come out. */
import type { z } from 'zod';
import type { Config } from '../../config/settings.ts';
import { MASK, type Notices } from './schemas/backup.ts';

type Settings = Config['backup']['notices'];
type View = z.output<typeof Notices>;

/** Without secrets. */
export function noticesView({ afterHours, mail, webhook }: Settings): z.input<typeof Notices> {
  return {
    afterHours,
    mail: mail && { ...mail, to: [...mail.to], ...(mail.password !== undefined && { password: MASK }) },
    webhook: webhook && { url: maskedUrl(webhook.url) },
  };
}

/** What was sent, with the secrets that were not sent again; still to be checked as settings. */
export function noticesFrom({ afterHours, mail, webhook }: View, before: Settings): Settings {
  return {
    afterHours,
    mail: mail && (mail.password === MASK ? { ...mail, password: keptFor(mail, before.mail) } : mail),
    webhook: webhook && before.webhook && webhook.url === maskedUrl(before.webhook.url) ? before.webhook : webhook,
  } as Settings;
}

/** A kept password goes to the server it was given for, as well protected as then: for any other it is missing, which is told. */
function keptFor(asked: NonNullable<View['mail']>, before: Settings['mail']): string | undefined {
  if (before?.password === undefined) return '';
  return asked.host === before.host && asked.security === before.security ? before.password : '';
}

/** Who has the whole address may write to the channel. */
function maskedUrl(url: string): string {
  return `${new URL(url).origin}/${MASK}`;
}

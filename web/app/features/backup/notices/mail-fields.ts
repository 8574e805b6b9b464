/** The form of the mail that tells of backups: what a person types, and the settings of the server. */
import { KEPT_SECRET, type MailNotices } from '../../../api/backup-notices.ts';

type Server = Pick<MailNotices, 'host' | 'port' | 'security'>;

/** Mail services of Korean clinics, with the server that takes mail for each. */
export const SERVICES = {
  naver: { host: 'smtp.naver.com', port: 465, security: 'tls' },
  daum: { host: 'smtp.daum.net', port: 465, security: 'tls' },
  gmail: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
} as const satisfies Record<string, Server>;

export type Service = keyof typeof SERVICES | 'other';

export const SECURITIES = ['starttls', 'tls', 'none'] as const;

/** The service whose server is set; naver, the commonest, when nothing is. */
export function serviceOf(mail: MailNotices | null): Service {
  if (mail === null) return 'naver';
  const known = Object.entries(SERVICES).find(([, { host }]) => host === mail.host);
  return known === undefined ? 'other' : (known[0] as Service);
}

/**
 * Settings as the form says them. A password that was left empty stays the one before, but never goes to another server.
 * With a known service the sender's address is also the user.
 */
export function mailIn(fields: FormData, service: Service, before: MailNotices | null): MailNotices {
  const text = (name: string) => String(fields.get(name) ?? '').trim();
  const server = service === 'other' ? serverIn(text) : SERVICES[service];
  const from = text('from');
  const user = service === 'other' ? text('user') : from;
  const kept = before?.password !== undefined && before.host === server.host ? KEPT_SECRET : '';
  const password = String(fields.get('password') ?? '') || kept;
  return {
    ...server,
    ...(user === '' ? {} : { user }),
    ...(password === '' ? {} : { password }),
    from,
    to: text('to')
      .split(/[\s,;]+/)
      .filter(Boolean),
  };
}

function serverIn(text: (name: string) => string): Server {
  const port = text('port');
  const security = SECURITIES.find((known) => known === text('security')) ?? 'starttls';
  return { host: text('host'), port: /^\d{1,6}$/.test(port) ? Number(port) : 0, security };
}

/** Sends one text by mail and to a webhook. A failure is a value: whoever is not reached must not stop the others. */
import type { Config } from '../../src/config/settings.ts';

type NoticeSettings = Config['backup']['notices'];

export interface Text {
  subject: string;
  body: string;
}

/** `off`: not set up. */
export type Delivery = { state: 'off' | 'sent' } | { state: 'failed'; detail: string };

export interface Deliveries {
  mail: Delivery;
  webhook: Delivery;
}

const PATIENCE_MS = 15_000;
const LONGEST_DETAIL = 200;

export async function send({ mail, webhook }: NoticeSettings, text: Text): Promise<Deliveries> {
  const [byMail, byWebhook] = await Promise.all([
    mail ? outcome(sendMail(mail, text)) : OFF,
    webhook ? outcome(post(webhook.url, text)) : OFF,
  ]);
  return { mail: byMail, webhook: byWebhook };
}

const OFF: Delivery = { state: 'off' };

async function sendMail(settings: NonNullable<NoticeSettings['mail']>, { subject, body }: Text): Promise<void> {
  const { host, port, security, user, password, from, to } = settings;
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    ...{ host, port, secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    ...{ connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS },
    // A notice is our own text alone.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    await transport.sendMail({ from, to: [...to], subject, text: body });
  } finally {
    transport.close();
  }
}

/** `text` is what Slack, Teams, Mattermost and Google Chat show. */
async function post(url: string, { subject, body }: Text): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ text: `${subject}\n\n${body}` }),
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}

async function outcome(sending: Promise<void>): Promise<Delivery> {
  try {
    await sending;
    return { state: 'sent' };
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    const detail = [message, cause?.code].filter(Boolean).join(' ');
    return { state: 'failed', detail: detail.slice(0, LONGEST_DETAIL) };
  }
}

import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type Notices = components['schemas']['BackupNotices'];
export type MailNotices = NonNullable<Notices['mail']>;
export type NoticesTested = components['schemas']['BackupNoticesTested'];

/** Stands for a secret that the server keeps and never shows; sent back, it leaves the secret as it is. */
export const KEPT_SECRET = '********';

export const noticesOptions = queryOptions({
  queryKey: ['backup', 'notices'] as const,
  queryFn: ({ signal }) => answer<Notices>(api.GET('/api/backup/notices', { signal })),
});

export function changeNotices(notices: Notices): Promise<Notices> {
  return answer<Notices>(api.PUT('/api/backup/notices', { body: notices }));
}

/** A message by every way that is set up. */
export function testNotices(): Promise<NoticesTested> {
  return answer<NoticesTested>(api.POST('/api/backup/notices/test', {}));
}

import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

/** The two keys that open encrypted backups, as a file and as a sheet; the server keeps neither. */
export type BackupKeys = components['schemas']['BackupKeys'];

export function makeKeys(): Promise<BackupKeys> {
  return answer<BackupKeys>(api.POST('/api/backup/keys', {}));
}

/** @param ending the last six characters of the paper key */
export async function confirmKeys(ending: string): Promise<void> {
  await answer(api.POST('/api/backup/keys/confirm', { body: { ending } }));
}

export async function stopEncryption(): Promise<void> {
  await answer(api.DELETE('/api/backup/keys', {}));
}

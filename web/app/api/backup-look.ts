import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type BackedUpStudy = components['schemas']['BackedUpStudies']['studies'][number];
export type PutBackResult = components['schemas']['PutBackResult'];

/** Exactly one of them. */
export type Wanted = { patientId: string } | { studyInstanceUid: string } | { sopInstanceUid: string };

/** Studies of a backup, newest first, at most 500. What is asked for names patients: it goes in a body. */
export async function lookInto(target: string, text: string): Promise<BackedUpStudy[]> {
  const { studies } = await answer<{ studies: BackedUpStudy[] }>(
    api.POST('/api/backup/look', { body: { target, text } }),
  );
  return studies;
}

export function putBack(target: string, wanted: Wanted): Promise<PutBackResult> {
  return answer<PutBackResult>(api.POST('/api/backup/put-back', { body: { target, ...wanted } }));
}

/** A modality in the clinic: it sends images over DIMSE, and its clock is right. */
import { expect } from 'vitest';
import { DimseClient, status } from './dimse-client.ts';
import { type Instance, type InstanceOptions, makeInstance } from './synthetic.ts';

const EXPLICIT_LE = '1.2.840.10008.1.2.1';

/** A day in Korea as DICOM writes it, 0 for today. */
export function dayOf(daysAgo: number): string {
  const korean = new Date(Date.now() + 9 * 3_600_000 - daysAgo * 86_400_000);
  return korean.toISOString().slice(0, 10).replaceAll('-', '');
}

/** Sends images of today, each a study of its own unless told otherwise; every one is answered with Success. */
export async function sendImages(
  { dicomPort }: { dicomPort: number },
  ...images: InstanceOptions[]
): Promise<Instance[]> {
  const made = images.map((options) => makeInstance({ studyDate: dayOf(0), studyTime: '0915', ...options }));
  const contexts = [...new Set(made.map((image) => image.sopClassUid))].map((uid) => [uid, [EXPLICIT_LE]] as const);
  const modality = await DimseClient.associate({ port: dicomPort, callingAe: 'MODALITY', contexts });
  for (const image of made) expect(status(await modality.store(image))).toBe(0);
  await modality.release();
  return made;
}

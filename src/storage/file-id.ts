/**
 * The name of a stored file, `YYYYMMDD-bbbbbb-n`: day of receipt, batch, number within the batch. It holds nothing that
 * came from outside, stays the same over rebuilds of the index, and says where the file lies.
 */
import { join } from 'node:path';

const FORM = /^(\d{4})(\d{2})(\d{2})-([0-9a-z]{1,12})-(\d{1,3})$/;

export function isFileId(text: string): boolean {
  return FORM.test(text);
}

/** Path below the data folder, `images/2026/11/24/bbbbbb-n.dcm`. @throws TypeError for anything that is no file id. */
export function fileIdToPath(fileId: string): string {
  const match = FORM.exec(fileId);
  if (!match) throw new TypeError('not a file id');
  const [, year, month, day, batch, number] = match as unknown as [string, string, string, string, string, string];
  return join('images', year, month, day, `${batch}-${number}.dcm`);
}

/** The file id of `bbbbbb-n.dcm` in the folder of a day (`YYYYMMDD`); undefined for other names. */
export function fileIdOf(day: string, name: string): string | undefined {
  const fileId = `${day}-${name.replace(/\.dcm$/, '')}`;
  return name.endsWith('.dcm') && isFileId(fileId) ? fileId : undefined;
}

/** The day of a time as `YYYYMMDD`, in UTC: folders need an order, not a clinic's calendar. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10).replaceAll('-', '');
}

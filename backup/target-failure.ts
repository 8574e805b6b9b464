/** System errors of a target, in words that staff understand. */
import type { ErrorCode } from '../src/error-table.ts';
import { ArchiveError } from '../src/errors.ts';

const FULL = ['ENOSPC', 'EDQUOT'];
const GONE = [
  'ENOENT',
  'ENODEV',
  'ENXIO',
  'ENOTCONN',
  'ESTALE',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
];
const TOO_LARGE = ['EFBIG'];

/**
 * The failure behind an error of a file call on a target.
 * @param where the target, for people
 */
export function targetFailure(thrown: unknown, where: string): ArchiveError {
  if (thrown instanceof ArchiveError) return thrown;
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  if (typeof code !== 'string') return new ArchiveError('INTERNAL', '', { cause: thrown });
  return new ArchiveError(codeOf(code), detailOf(code, where), { cause: thrown });
}

function codeOf(code: string): ErrorCode {
  if (FULL.includes(code)) return 'BACKUP_TARGET_FULL';
  return GONE.includes(code) ? 'BACKUP_TARGET_MISSING' : 'BACKUP_WRITE_FAILED';
}

function detailOf(code: string, where: string): string {
  if (TOO_LARGE.includes(code)) {
    return `${where} (${code}): 파일이 이 디스크 형식(FAT32)에 너무 큽니다. exFAT로 포맷해 주세요. A file is too large for this disk's format (FAT32); please use exFAT.`;
  }
  return `${where} (${code})`;
}

/** What an object store answers, and why it cannot be reached, in words that staff understand. */
import type { ErrorCode } from '../../src/error-table.ts';
import { ArchiveError } from '../../src/errors.ts';

/** Codes of S3's error answers ("Error responses" in its API reference), and of stores that follow it. */
const BY_CODE: Readonly<Record<string, ErrorCode>> = {
  NoSuchBucket: 'BACKUP_CLOUD_BUCKET',
  InvalidBucketName: 'BACKUP_CLOUD_BUCKET',
  PermanentRedirect: 'BACKUP_CLOUD_BUCKET',
  AuthorizationHeaderMalformed: 'BACKUP_CLOUD_BUCKET',
  RequestTimeTooSkewed: 'BACKUP_CLOUD_CLOCK',
  QuotaExceeded: 'BACKUP_TARGET_FULL',
  XMinioStorageFull: 'BACKUP_TARGET_FULL',
  XMinioAdminBucketQuotaExceeded: 'BACKUP_TARGET_FULL',
};

const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_)/;

/** The failure behind an answer that is no success. */
export function answerFailure(status: number, code: string, where: string): ArchiveError {
  return new ArchiveError(BY_CODE[code] ?? byStatus(status), `${where} (${status}${code && ` ${code}`})`);
}

function byStatus(status: number): ErrorCode {
  if (status >= 300 && status < 400) return 'BACKUP_CLOUD_BUCKET';
  if (status === 401 || status === 403) return 'BACKUP_CLOUD_KEY';
  if (status === 507) return 'BACKUP_TARGET_FULL';
  return mayPass(status) ? 'BACKUP_CLOUD_UNREACHABLE' : 'BACKUP_WRITE_FAILED';
}

/** Answers of a store that is busy or broken for the moment. */
export function mayPass(status: number, code = ''): boolean {
  return [408, 429, 500, 502, 503, 504].includes(status) || ['RequestTimeout', 'InternalError'].includes(code);
}

/** The failure behind a request that got no whole answer. */
export function networkFailure(thrown: unknown, where: string): ArchiveError {
  if (thrown instanceof ArchiveError) return thrown;
  const code = systemCode(thrown);
  return new ArchiveError(
    TLS.test(code) ? 'BACKUP_CLOUD_UNTRUSTED' : 'BACKUP_CLOUD_UNREACHABLE',
    `${where} (${code})`,
    {
      cause: thrown,
    },
  );
}

/** Node's fetch wraps the error of the socket, once or twice. */
function systemCode(thrown: unknown): string {
  for (let error = thrown, depth = 0; error && depth < 4; depth++) {
    const { code, cause } = error as { code?: unknown; cause?: unknown };
    if (typeof code === 'string') return code;
    error = cause;
  }
  return (thrown as Error | undefined)?.message ?? 'unknown';
}

/**
 * Every failure the appliance can answer with, in one table: its HTTP status, its DIMSE status and its sentences.
 *
 * Three things are kept apart. An *outcome* is expected and is a value (for example `StoreOutcome`). A *failure* is an
 * `ArchiveError` with a code from this table: thrown, passed up, answered once at the door. Anything else that is
 * thrown is a *bug*: the door answers 0110H / 500 and logs the stack, and the listener lives on.
 */

export interface ErrorEntry {
  /** HTTP status code. */
  readonly http: number;
  /** DIMSE status (PS3.7 Annex C, PS3.4 service annexes), as sent in (0000,0900). */
  readonly dimse: number;
  /** May the same request succeed later without anybody changing it? */
  readonly retry: boolean;
  readonly ko: string;
  readonly en: string;
}

export const ERRORS = {
  STORAGE_FULL: {
    http: 507,
    dimse: 0xa700,
    retry: true,
    ko: '저장 공간이 부족해 영상을 받지 못했습니다. 디스크 공간을 늘려 주세요.',
    en: 'The disk is full: the image was not stored. Please free or add disk space.',
  },
  STORAGE_WRITE_FAILED: {
    http: 500,
    dimse: 0xa700,
    retry: true,
    ko: '디스크에 쓰지 못했습니다. 디스크 상태를 확인해 주세요.',
    en: 'The disk could not be written. Please check the disk.',
  },
  STORAGE_READ_FAILED: {
    http: 500,
    dimse: 0xc000,
    retry: true,
    ko: '저장된 영상을 읽지 못했습니다. 디스크 상태를 확인해 주세요.',
    en: 'The stored image could not be read. Please check the disk.',
  },
  QUOTA_EXCEEDED: {
    http: 507,
    dimse: 0xa700,
    retry: true,
    ko: '승인되지 않은 장비의 저장 한도를 넘었습니다. 관리자에게 장비 승인을 요청해 주세요.',
    en: 'The quota of a device that is not approved is used up. Please have an administrator approve the device.',
  },
  DATABASE_BUSY: {
    http: 503,
    dimse: 0xa700,
    retry: true,
    ko: '지금은 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.',
    en: 'The database is busy. Please try again shortly.',
  },
  DATABASE_FAILED: {
    http: 500,
    dimse: 0xa700,
    retry: true,
    ko: '데이터베이스에 기록하지 못했습니다. 디스크 상태를 확인해 주세요.',
    en: 'The database could not be written. Please check the disk.',
  },
  DATA_SET_UNREADABLE: {
    http: 409,
    dimse: 0xc000,
    retry: false,
    ko: '읽을 수 없는 영상입니다. 원본은 격리 보관했습니다.',
    en: 'The data set cannot be read. Its bytes were put into quarantine.',
  },
  IDENTIFIERS_INVALID: {
    http: 409,
    dimse: 0xa900,
    retry: false,
    ko: '영상의 고유번호(UID)가 없거나 형식이 잘못되었습니다. 원본은 격리 보관했습니다.',
    en: 'A UID of the image is missing or malformed. Its bytes were put into quarantine.',
  },
  SOP_CLASS_MISMATCH: {
    http: 409,
    dimse: 0xa900,
    retry: false,
    ko: '영상의 내용이 전송 요청과 다릅니다. 원본은 격리 보관했습니다.',
    en: 'The data set does not match the request. Its bytes were put into quarantine.',
  },
  SOP_CLASS_UNSUPPORTED: {
    http: 415,
    dimse: 0x0122,
    retry: false,
    ko: '지원하지 않는 서비스입니다.',
    en: 'The SOP Class is not supported.',
  },
  QUERY_INVALID: {
    http: 400,
    dimse: 0xa900,
    retry: false,
    ko: '조회 조건이 올바르지 않습니다.',
    en: 'The query is not valid.',
  },
  REQUEST_INVALID: {
    http: 400,
    dimse: 0x0115,
    retry: false,
    ko: '요청이 올바르지 않습니다.',
    en: 'The request is not valid.',
  },
  REQUEST_TOO_LARGE: {
    http: 413,
    dimse: 0xa700,
    retry: false,
    ko: '요청이 너무 큽니다.',
    en: 'The request is too large.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    http: 415,
    dimse: 0x0110,
    retry: false,
    ko: '지원하지 않는 형식의 요청입니다.',
    en: 'The media type of the request is not supported.',
  },
  NOT_ACCEPTABLE: {
    http: 406,
    dimse: 0x0110,
    retry: false,
    ko: '요청한 형식으로는 보낼 수 없습니다.',
    en: 'The requested media type or transfer syntax cannot be produced.',
  },
  NOT_FOUND: {
    http: 404,
    dimse: 0xa900,
    retry: false,
    ko: '찾는 자료가 없습니다.',
    en: 'There is nothing by that name.',
  },
  NOT_RENDERABLE: {
    http: 406,
    dimse: 0x0110,
    retry: false,
    ko: '이 영상은 화면에 그릴 수 없습니다. 원본은 내려받을 수 있습니다.',
    en: 'This image cannot be rendered. The original can be downloaded.',
  },
  PIXEL_DATA_DAMAGED: {
    http: 422,
    dimse: 0xc000,
    retry: false,
    ko: '이 영상의 픽셀 데이터가 손상되었거나 규격에 맞지 않습니다. 원본은 내려받을 수 있습니다.',
    en: 'The pixel data of this image is damaged or malformed. The original can be downloaded.',
  },
  DATA_SET_DAMAGED: {
    http: 422,
    dimse: 0xc000,
    retry: false,
    ko: '이 영상의 내용을 끝까지 읽을 수 없습니다. 원본은 내려받을 수 있습니다.',
    en: 'The data set of this image cannot be read to its end. The original can be downloaded.',
  },
  NOT_AUTHORISED: {
    http: 403,
    dimse: 0x0124,
    retry: false,
    ko: '승인되지 않은 장비입니다. 관리자에게 장비 승인을 요청해 주세요.',
    en: 'This device is not approved. Please have an administrator approve it.',
  },
  DEVICE_FAILED: {
    http: 502,
    dimse: 0x0110,
    retry: true,
    ko: '장비와 통신하지 못했거나 장비가 거절했습니다. 장비 설정과 연결을 확인해 주세요.',
    en: 'The device could not be reached or refused. Please check its settings and the connection.',
  },
  ORDER_INVALID: {
    http: 422,
    dimse: 0x0110,
    retry: false,
    ko: '오더에 잘못되었거나 빠진 값이 있습니다.',
    en: 'A value of the order is wrong or missing.',
  },
  ORDER_CLOSED: {
    http: 409,
    dimse: 0x0110,
    retry: false,
    ko: '이미 시작되었거나 끝난 오더는 바꿀 수 없습니다.',
    en: 'The order has begun or ended and can no longer be changed.',
  },
  LOGIN_REQUIRED: {
    http: 401,
    dimse: 0x0124,
    retry: false,
    ko: '로그인이 필요합니다.',
    en: 'Please log in.',
  },
  LOGIN_FAILED: {
    http: 401,
    dimse: 0x0124,
    retry: false,
    ko: '이름 또는 비밀번호가 맞지 않습니다.',
    en: 'The name or the password is wrong.',
  },
  LOGIN_DELAYED: {
    http: 429,
    dimse: 0x0124,
    retry: true,
    ko: '로그인에 여러 번 실패했습니다. 잠시 후 다시 시도해 주세요.',
    en: 'Too many failed log-ins. Please wait before trying again.',
  },
  FORBIDDEN: {
    http: 403,
    dimse: 0x0124,
    retry: false,
    ko: '이 작업을 할 권한이 없습니다.',
    en: 'You are not allowed to do this.',
  },
  ORIGIN_REFUSED: {
    http: 403,
    dimse: 0x0124,
    retry: false,
    ko: '다른 사이트에서 온 요청이라 거절했습니다.',
    en: 'The request came from another site and was refused.',
  },
  HOST_REFUSED: {
    http: 421,
    dimse: 0x0124,
    retry: false,
    ko: '이 주소로는 열 수 없습니다. 설정의 http.allowedHosts에 이름을 추가해 주세요.',
    en: 'This host name is not ours. Please add it to http.allowedHosts in the settings.',
  },
  USER_NAME_INVALID: {
    http: 422,
    dimse: 0x0110,
    retry: false,
    ko: '사용자 이름은 글자와 숫자, 점, 밑줄, 붙임표로 2~32자로 적어 주세요.',
    en: 'A user name has 2 to 32 letters, digits, dots, underscores or hyphens.',
  },
  USER_EXISTS: {
    http: 409,
    dimse: 0x0110,
    retry: false,
    ko: '같은 이름의 사용자가 이미 있습니다.',
    en: 'There is a user of that name already.',
  },
  PASSWORD_WEAK: {
    http: 422,
    dimse: 0x0110,
    retry: false,
    ko: '이 비밀번호는 쓸 수 없습니다.',
    en: 'This password cannot be used.',
  },
  LAST_ADMINISTRATOR: {
    http: 409,
    dimse: 0x0110,
    retry: false,
    ko: '관리자가 한 명은 있어야 합니다. 먼저 다른 관리자를 정해 주세요.',
    en: 'There must be an administrator. Please appoint another one first.',
  },
  FIRST_RUN_REFUSED: {
    http: 403,
    dimse: 0x0124,
    retry: false,
    ko: '첫 관리자를 만드는 주소가 맞지 않거나 이미 쓰였습니다. 프로그램을 시작할 때 나온 주소를 확인해 주세요.',
    en: 'The link for the first administrator is wrong or was used. Please use the one that start-up printed.',
  },
  TOO_MANY_ASSOCIATIONS: {
    http: 503,
    dimse: 0xa700,
    retry: true,
    ko: '연결이 많아 잠시 거절했습니다.',
    en: 'There are too many connections at the moment.',
  },
  CONFIG_INVALID: {
    http: 422,
    dimse: 0x0110,
    retry: false,
    ko: '설정에 잘못된 값이 있습니다.',
    en: 'The configuration has invalid values.',
  },
  START_REFUSED: {
    http: 503,
    dimse: 0x0110,
    retry: false,
    ko: '프로그램을 시작할 수 없습니다.',
    en: 'The appliance cannot start.',
  },
  BACKUP_TARGET_MISSING: {
    http: 503,
    dimse: 0x0110,
    retry: true,
    ko: '백업 장치가 연결되어 있지 않습니다.',
    en: 'The backup target is not connected.',
  },
  BACKUP_TARGET_FULL: {
    http: 507,
    dimse: 0x0110,
    retry: true,
    ko: '백업 장치의 공간이 부족합니다.',
    en: 'The backup target is full.',
  },
  BACKUP_WRITE_FAILED: {
    http: 500,
    dimse: 0x0110,
    retry: true,
    ko: '백업 장치에 쓰지 못했습니다. 장치 상태를 확인해 주세요.',
    en: 'The backup target could not be written. Please check the device.',
  },
  BACKUP_VERIFY_MISMATCH: {
    http: 500,
    dimse: 0x0110,
    retry: false,
    ko: '백업이 원본과 다릅니다. 백업 장치를 교체해 주세요.',
    en: 'The backup differs from the original. Please replace the device.',
  },
  BACKUP_RUNNING: {
    http: 409,
    dimse: 0x0110,
    retry: true,
    ko: '백업이 이미 진행 중입니다.',
    en: 'A backup is already running.',
  },
  BACKUP_STOPPED: {
    http: 503,
    dimse: 0x0110,
    retry: true,
    ko: '백업이 중단되었습니다. 다음 백업이 이어서 합니다.',
    en: 'The backup was stopped. The next one goes on from there.',
  },
  BACKUP_ALARM: {
    http: 409,
    dimse: 0x0110,
    retry: false,
    ko: '랜섬웨어가 의심되어 백업을 멈추었습니다. 지금까지의 백업은 그대로 있습니다. 백업 디스크를 뽑고, 이 컴퓨터를 점검한 뒤 백업 화면에서 확인해 주세요.',
    en: 'Ransomware is suspected, so no backup is made; earlier ones are untouched. Please unplug the backup disks, examine this computer, and then acknowledge on the backup page.',
  },
  BACKUP_KEY_NEEDED: {
    http: 409,
    dimse: 0x0110,
    retry: false,
    ko: '암호화된 백업입니다. 맞는 열쇠(의원 열쇠 파일이나 복구 안내지에 적힌 열쇠)가 필요합니다.',
    en: 'This backup is encrypted: its key is needed (the clinic key file, or the one printed on the recovery sheet).',
  },
  BACKUP_NOT_ENCRYPTED: {
    http: 409,
    dimse: 0x0110,
    retry: false,
    ko: '암호화를 켜기 전에 시작한 백업 디스크입니다. 새 디스크나 빈 폴더에 백업해 주세요. 이 디스크는 잠글 수 있는 곳에 보관하거나 폐기해 주세요.',
    en: 'This disk was begun before encryption was turned on. Please back up to a new disk or an empty folder, and lock this one away.',
  },
  RESTORE_REFUSED: {
    http: 409,
    dimse: 0x0110,
    retry: false,
    ko: '복구할 수 없습니다.',
    en: 'The restore was refused.',
  },
  INTERNAL: {
    http: 500,
    dimse: 0x0110,
    retry: true,
    ko: '프로그램 오류가 발생했습니다. 문제가 계속되면 로그를 첨부해 문의해 주세요.',
    en: 'The program failed. If this goes on, please send us the log.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** A failure with a code of the table; `detail` is for staff and support and never carries patient data. */
export class ArchiveError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;

  constructor(code: ErrorCode, detail = '', options?: { cause?: unknown }) {
    super(detail === '' ? ERRORS[code].en : `${ERRORS[code].en} ${detail}`, options);
    this.name = 'ArchiveError';
    this.code = code;
    this.detail = detail;
  }

  get entry(): ErrorEntry {
    return ERRORS[this.code];
  }
}

/** The failure behind anything thrown: a bug becomes INTERNAL with the thrown thing as its cause. */
export function asArchiveError(thrown: unknown): ArchiveError {
  return thrown instanceof ArchiveError ? thrown : new ArchiveError('INTERNAL', '', { cause: thrown });
}

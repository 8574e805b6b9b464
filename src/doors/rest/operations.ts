/** What each route of the API takes and answers, for the OpenAPI document. Keys are rows of the route table. */
import { z } from 'zod';
import type { RestRoute } from './deps.ts';
import {
  AlarmSeen,
  BackedUpStudies,
  Backup,
  BackupKeys,
  DiskPath,
  KeysKept,
  LookInto,
  Notices,
  NoticesTested,
  PutBackRequest,
  PutBackResult,
} from './schemas/backup.ts';
import { CommitmentList, CommitmentPath, CommitmentQuery, CommitmentView } from './schemas/commitments.ts';
import {
  Approval,
  AttemptList,
  AttemptPath,
  AttemptQuery,
  ConnectionTest,
  DeviceList,
  DevicePath,
  DeviceView,
  NewDevice,
} from './schemas/devices.ts';
import { FrameFacts, FramePath, StudyImages, ValuesQuery } from './schemas/images.ts';
import { NewOrder, OrderChange, OrderPage, OrderPath, OrderPut, OrderQuery, OrderView } from './schemas/orders.ts';
import {
  FirstAdministrator,
  FirstRunState,
  LoggedIn,
  LogIn,
  NewUser,
  OwnPassword,
  Session,
  UserChange,
  UserList,
  UserPath,
  UserView,
} from './schemas/people.ts';
import { Done, Health } from './schemas/shapes.ts';
import {
  FilePath,
  OpenQuery,
  QuarantinePath,
  StudyDetail,
  StudyPage,
  StudyPath,
  StudySearch,
  Versions,
  VersionsQuery,
} from './schemas/studies.ts';
import {
  FetchRequest,
  RemoteSearch,
  RemoteStudies,
  SendRequest,
  TransferList,
  TransferPath,
  TransferView,
} from './schemas/transfers.ts';
import { AccessLog, AccessLogQuery, Attention, CertificatesView, Status } from './schemas/upkeep.ts';

export interface OperationDescription {
  summary: string;
  path?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  answer: z.ZodType | { mediaType: string };
  /** 200 when absent. */
  status?: '200' | '302';
}

export const OPERATIONS: Record<RestRoute, OperationDescription> = {
  'GET /healthz': { summary: '프로그램이 살아 있는지 / Is the program alive', answer: Health },
  'POST /api/login': { summary: '로그인 / Log in', body: LogIn, answer: LoggedIn },
  'POST /api/logout': { summary: '로그아웃 / Log out', answer: Done },
  'GET /api/session': { summary: '로그인한 사람 / Who is logged in', answer: Session },
  'POST /api/password': {
    summary: '자기 비밀번호 바꾸기 / Change the own password',
    body: OwnPassword,
    answer: Done,
  },
  'GET /api/first-run': { summary: '첫 관리자가 필요한지 / Is a first administrator needed', answer: FirstRunState },
  'POST /api/first-run': {
    summary: '첫 관리자 만들기 / Create the first administrator',
    body: FirstAdministrator,
    answer: LoggedIn,
  },
  'POST /api/studies/search': { summary: '검사 찾기 / Search studies', body: StudySearch, answer: StudyPage },
  'GET /api/studies/:id': { summary: '검사 하나 / One study', path: StudyPath, answer: StudyDetail },
  'GET /api/studies/:id/thumbnail': {
    summary: '작은 그림 / Small picture',
    path: StudyPath,
    answer: { mediaType: 'image/jpeg' },
  },
  'GET /api/studies/:id/images': {
    summary: '빠른 보기의 영상 차례 / Images of a study in reading order',
    path: StudyPath,
    answer: StudyImages,
  },
  'GET /api/studies/:id/images/:sopInstanceUid/frames/:frame': {
    summary: '영상 한 장의 정보 / What is known of a frame beside its pixels',
    path: FramePath,
    answer: FrameFacts,
  },
  'GET /api/studies/:id/images/:sopInstanceUid/frames/:frame/values': {
    summary:
      'Modality LUT를 지난 값 / Values after the Modality LUT, little endian, scaled down; the header X-Pixel-Values has their type, width, height, window and whether white is low',
    path: FramePath,
    query: ValuesQuery,
    answer: { mediaType: 'application/octet-stream' },
  },
  'GET /api/events': {
    summary:
      "바뀐 것 알림 (SSE) / Changed studies: event 'change' with { epoch, seq, studyIds }; connections to the DICOM ports: event 'attempts', to be read by GET /api/attempts; event 'ping'",
    answer: { mediaType: 'text/event-stream' },
  },
  'GET /open': {
    summary:
      'EMR에서 여는 주소 / Link of an EMR: leads to the viewer, to the list, or to the login; 404 is a page that explains',
    query: OpenQuery,
    answer: { mediaType: 'text/html' },
    status: '302',
  },
  'GET /api/status': { summary: '상태 / State of the appliance', answer: Status },
  'GET /api/attention': { summary: '확인 필요 / What staff should look at', answer: Attention },
  'GET /api/instances': {
    summary: '영상의 모든 판 / Every version of an instance',
    query: VersionsQuery,
    answer: Versions,
  },
  'GET /api/instances/:fileId/file': {
    summary: '파일 내려받기 (DICOM Part 10) / Download as DICOM Part 10',
    path: FilePath,
    answer: { mediaType: 'application/dicom' },
  },
  'GET /api/quarantine/:id/file': {
    summary: '격리된 파일을 받은 그대로 / Quarantined bytes as received',
    path: QuarantinePath,
    answer: { mediaType: 'application/octet-stream' },
  },
  'GET /api/backup': { summary: '백업 상태 / State of the backup', answer: Backup },
  'POST /api/backup/run': { summary: '지금 백업 / Back up now', answer: Done },
  'POST /api/backup/alarm/acknowledge': {
    summary: '랜섬웨어 경보 확인 / Let backups go on after a ransomware alarm, when all was examined',
    body: AlarmSeen,
    answer: Done,
  },
  'POST /api/backup/keys': {
    summary: '백업 암호화 열쇠 만들기 / Make keys for encrypted backups; they count when they are confirmed',
    answer: BackupKeys,
  },
  'POST /api/backup/keys/confirm': {
    summary: '열쇠를 보관했음을 확인하고 암호화 시작 / The keys are kept: new disks are encrypted from now on',
    body: KeysKept,
    answer: Done,
  },
  'DELETE /api/backup/keys': { summary: '새 디스크는 암호화하지 않음 / New disks are not encrypted', answer: Done },
  'POST /api/backup/look': {
    summary: '백업 들여다보기 / Which studies a backup holds, without restoring anything; on record',
    body: LookInto,
    answer: BackedUpStudies,
  },
  'POST /api/backup/put-back': {
    summary:
      '없어지거나 손상된 영상을 백업에서 되살리기 / Put back what is gone or damaged here; answers when it is done',
    body: PutBackRequest,
    answer: PutBackResult,
  },
  'DELETE /api/backup/disks/:number': {
    summary: '없앤 백업 디스크를 목록에서 빼기 / Forget a backup disk that was retired',
    path: DiskPath,
    answer: Done,
  },
  'GET /api/backup/notices': { summary: '백업 알림 설정 / Who hears of backups that fail', answer: Notices },
  'PUT /api/backup/notices': {
    summary: '백업 알림 바꾸기 / Change it; counts at once',
    body: Notices,
    answer: Notices,
  },
  'POST /api/backup/notices/test': { summary: '알림 시험 / Send a test message', answer: NoticesTested },
  'POST /api/orders': {
    summary: '오더 만들기 또는 바꾸기 / Make an order, or change the one with this order number',
    body: NewOrder,
    answer: OrderPut,
  },
  'GET /api/orders': { summary: '오더 목록 / Orders', query: OrderQuery, answer: OrderPage },
  'GET /api/orders/:id': { summary: '오더 하나 / One order', path: OrderPath, answer: OrderView },
  'PATCH /api/orders/:id': {
    summary: '오더 바꾸기 / Change fields of an order that has not begun',
    path: OrderPath,
    body: OrderChange,
    answer: OrderView,
  },
  'POST /api/orders/:id/cancel': {
    summary: '오더 취소 / Cancel an order that has not begun',
    path: OrderPath,
    answer: OrderView,
  },
  'GET /api/commitments': {
    summary: '저장 확인 목록 / Storage commitment, both sides',
    query: CommitmentQuery,
    answer: CommitmentList,
  },
  'GET /api/commitments/:id': {
    summary: '저장 확인 하나 / One transaction with the result of each instance',
    path: CommitmentPath,
    answer: CommitmentView,
  },
  'GET /api/attempts': {
    summary: '장비 연결 기록 / Connections to the DICOM ports, with diagnosis and next step',
    query: AttemptQuery,
    answer: AttemptList,
  },
  'POST /api/attempts/:id/approve': {
    summary: '장비 승인 / Approve the device of an attempt; it counts for its next connection',
    path: AttemptPath,
    body: Approval,
    answer: DeviceView,
  },
  'GET /api/devices': { summary: '승인한 장비 / Approved devices', answer: DeviceList },
  'POST /api/devices': { summary: '장비 추가 / Add a device', body: NewDevice, answer: DeviceView },
  'PUT /api/devices/:id': {
    summary: '장비 바꾸기 / Replace a device',
    path: DevicePath,
    body: NewDevice,
    answer: DeviceView,
  },
  'DELETE /api/devices/:id': { summary: '장비 지우기 / Remove a device', path: DevicePath, answer: Done },
  'POST /api/devices/:id/test': {
    summary: '연결 확인 (C-ECHO) / Does the device answer',
    path: DevicePath,
    answer: ConnectionTest,
  },
  'POST /api/send': {
    summary: '검사를 다른 장비로 보내기 (C-STORE) / Send a study to a device; progress by GET /api/transfers/:id',
    body: SendRequest,
    answer: TransferView,
  },
  'POST /api/devices/:id/search': {
    summary: '다른 PACS에서 검사 찾기 (C-FIND) / Which studies another PACS has',
    path: DevicePath,
    body: RemoteSearch,
    answer: RemoteStudies,
  },
  'POST /api/devices/:id/fetch': {
    summary: '다른 PACS에서 검사 가져오기 (C-MOVE, C-GET) / Have a study sent to us',
    path: DevicePath,
    body: FetchRequest,
    answer: TransferView,
  },
  'GET /api/transfers': {
    summary: '보내기·가져오기 목록 / Transfers since the start of the program, newest first',
    answer: TransferList,
  },
  'GET /api/transfers/:id': {
    summary: '보내기·가져오기 하나 / One transfer',
    path: TransferPath,
    answer: TransferView,
  },
  'POST /api/transfers/:id/stop': {
    summary: '보내기·가져오기 멈추기 / Stop a transfer between two images',
    path: TransferPath,
    answer: TransferView,
  },
  'GET /api/certificates': {
    summary: '인증서: 지문과 기한 / Our certificates: fingerprints, expiry, names',
    answer: CertificatesView,
  },
  'GET /api/certificates/authority.crt': {
    summary: '인증 기관(CA) 인증서 내려받기 / The certificate of our authority, to be installed on PCs and devices',
    answer: { mediaType: 'application/x-x509-ca-cert' },
  },
  'GET /api/users': { summary: '사용자 목록 / Users', answer: UserList },
  'POST /api/users': { summary: '사용자 추가 / Add a user', body: NewUser, answer: UserView },
  'PATCH /api/users/:name': {
    summary: '사용자 바꾸기 / Change a user',
    path: UserPath,
    body: UserChange,
    answer: UserView,
  },
  'GET /api/access-log': { summary: '접속기록 / Access log', query: AccessLogQuery, answer: AccessLog },
  'GET /api/openapi.json': { summary: '이 문서 / This document', answer: z.record(z.string(), z.unknown()) },
};

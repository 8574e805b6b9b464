/**
 * Every setting of config.json, declared once: type, bounds, default and what to write. From it come validation, the
 * file of a first start and the type `Config`.
 */
import { z } from 'zod';
import { hinted } from './hints.ts';
import {
  aeTitle,
  bindAddress,
  bucketFolder,
  bucketName,
  certificate,
  characterSet,
  cloudAddress,
  deviceAddress,
  devicePort,
  gigabytes,
  gigabytesOrNull,
  hostName,
  label,
  listeningPort,
  mailAddress,
  oneOf,
  serverName,
  someOf,
  timeOfDay,
  timeZone,
  webAddress,
  wholeNumber,
  wholeNumberOrNull,
  yesOrNo,
} from './setting-types.ts';

const section = <T extends z.ZodRawShape>(shape: T) =>
  hinted(z.strictObject(shape), '{ } 로 묶은 항목들', 'settings between { }');

const list = <T extends z.ZodType>(element: T) => hinted(z.array(element), '[ ] 로 묶은 목록', 'a list between [ ]');

const device = section({
  name: label(),
  aeTitle: aeTitle(),
  host: deviceAddress(),
  port: devicePort().default(null),
  may: someOf(['store', 'query', 'retrieve', 'worklist']).default(['store']),
  charset: characterSet().optional(),
  tls: oneOf(['optional', 'only']).optional(),
  certificate: certificate().optional(),
  askCommitment: yesOrNo().optional(),
});

const backupTarget = section({
  kind: oneOf(['folder', 'usb', 'nas', 's3']),
  path: label(1024).optional(),
  label: label().optional(),
  endpoint: cloudAddress().optional(),
  region: label(64).optional(),
  bucket: bucketName().optional(),
  prefix: bucketFolder().optional(),
  accessKeyId: label(256).optional(),
  secretAccessKey: label(1024).optional(),
});

/** Where encrypted backups may be sent to. */
const allowedCloud = section({ endpoint: cloudAddress(), region: label(64) });

/** Who hears of a backup that did not happen. */
const notices = section({
  afterHours: wholeNumber(1, 720, '시간', 'hours').default(36),
  mail: section({
    host: serverName(),
    port: devicePort().unwrap().default(587),
    security: oneOf(['starttls', 'tls', 'none']).default('starttls'),
    user: label(254).optional(),
    password: label(1024).optional(),
    from: mailAddress(),
    to: list(mailAddress()),
  })
    .nullable()
    .default(null),
  webhook: section({ url: webAddress() }).nullable().default(null),
});

export const SETTINGS = section({
  clinic: section({
    name: label().default('우리 의원'),
    timeZone: timeZone().default('Asia/Seoul'),
  }).prefault({}),
  dicom: section({
    aeTitle: aeTitle().default('CLINICPACS'),
    host: bindAddress().default('0.0.0.0'),
    port: listeningPort().default(11112),
    tlsPort: listeningPort().nullable().default(2762),
    tlsClientCertificates: oneOf(['none', 'optional', 'required']).default('optional'),
    unknownDevices: oneOf(['store', 'reject']).default('store'),
    strictCalledAe: yesOrNo().default(false),
    maxAssociations: wholeNumber(1, 1000).default(200),
    reservedForDevices: wholeNumberOrNull(0, 1000).default(null),
    maxPerAddress: wholeNumberOrNull(1, 1000).default(null),
    maxPduLength: wholeNumber(4096, 1_048_576, '바이트', 'bytes').default(262_144),
    artimSeconds: wholeNumber(1, 600, '초', 'seconds').default(30),
    idleSeconds: wholeNumber(5, 86_400, '초', 'seconds').default(300),
    answerSeconds: wholeNumber(1, 600, '초', 'seconds').default(30),
    commitmentHours: wholeNumber(1, 8760, '시간', 'hours').default(168),
    commitmentMostOpen: wholeNumber(1, 100_000).default(1000),
  }).prefault({}),
  devices: list(device).default([]),
  http: section({
    host: bindAddress().default('127.0.0.1'),
    port: listeningPort().default(8080),
    httpsHost: bindAddress().default('0.0.0.0'),
    httpsPort: listeningPort().nullable().default(null),
    allowedHosts: list(hostName()).default([]),
  }).prefault({}),
  storage: section({
    warnBelowGb: gigabytes().default(20),
    refuseBelowGb: gigabytesOrNull().default(null),
    unapprovedQuotaGb: gigabytes().default(5),
  }).prefault({}),
  previews: section({
    ahead: yesOrNo().default(true),
  }).prefault({}),
  hl7: section({
    host: bindAddress().default('127.0.0.1'),
    port: listeningPort().nullable().default(null),
  }).prefault({}),
  routing: hinted(z.array(z.never()), '빈 목록 []', 'an empty list []').default([]),
  backup: section({
    at: timeOfDay().default('02:00'),
    drill: yesOrNo().default(true),
    notices: notices.prefault({}),
    targets: list(backupTarget).default([]),
    allowedClouds: list(allowedCloud).default([]),
  }).prefault({}),
  log: section({
    level: oneOf(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  }).prefault({}),
});

/** The whole configuration: a plain value that nobody changes; see LiveSettings for the present one. */
export type Config = z.output<typeof SETTINGS>;

/** The configuration of a first start. */
export function defaultConfig(): Config {
  return SETTINGS.parse({});
}

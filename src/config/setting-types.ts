/** The kinds of value that settings are made of. Each knows what to tell a person who wrote something else. */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';
import { hinted } from './hints.ts';

/** Defined Terms of Specific Character Set (PS3.3 C.12.1.1.2) that a device may be set to. */
const CHARACTER_SETS = new Set([
  '',
  'ISO_IR 6',
  'ISO_IR 100',
  'ISO_IR 101',
  'ISO_IR 13',
  'ISO_IR 192',
  'GB18030',
  'GBK',
  'ISO 2022 IR 6',
  'ISO 2022 IR 13',
  'ISO 2022 IR 58',
  'ISO 2022 IR 87',
  'ISO 2022 IR 100',
  'ISO 2022 IR 149',
  'ISO 2022 IR 159',
]);

const AE_TITLE = /^(?! )[\x20-\x5b\x5d-\x7e]{1,16}(?<! )$/;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/** A port we listen on; 0 lets the system choose one, which tests use. */
export const listeningPort = () =>
  hinted(z.int().min(0).max(65535), '1에서 65535 사이의 정수', 'a whole number from 1 to 65535');

export const devicePort = () =>
  hinted(
    z.int().min(1).max(65535).nullable(),
    '1에서 65535 사이의 정수 또는 null',
    'a whole number from 1 to 65535, or null',
  );

/** AE title (PS3.5 section 6.2): 1-16 characters of ASCII without backslash, no space at either end. */
export const aeTitle = () =>
  hinted(
    z.string().regex(AE_TITLE),
    '영문·숫자 1~16자 (\\ 제외, 앞뒤 빈칸 없이), 예: "CLINICPACS"',
    '1 to 16 ASCII characters without \\ and without a space at either end, e.g. "CLINICPACS"',
  );

export const bindAddress = () =>
  hinted(
    z.string().refine((text) => isIP(text) !== 0 || text === 'localhost'),
    '이 컴퓨터의 IP 주소, 예: "0.0.0.0"(모든 주소) 또는 "127.0.0.1"(이 컴퓨터에서만)',
    'an IP address of this computer, e.g. "0.0.0.0" (all of them) or "127.0.0.1" (this computer only)',
  );

export const deviceAddress = () =>
  hinted(
    z.string().refine((text) => isIP(text) !== 0 || text === 'any'),
    '장비의 IP 주소, 예: "192.168.0.20", 또는 "any"(주소를 확인하지 않음)',
    'the IP address of the device, e.g. "192.168.0.20", or "any" (its address is not checked)',
  );

export const hostName = () =>
  hinted(
    z.string().regex(HOST_NAME),
    '주소창에 적는 이름만, 예: "pacs.clinic.local" (http://와 포트 없이)',
    'the name alone as typed into the browser, e.g. "pacs.clinic.local" (no http://, no port)',
  );

export const mailAddress = () =>
  hinted(z.email().max(254), '메일 주소, 예: "clinic@example.com"', 'a mail address, e.g. "clinic@example.com"');

export const webAddress = () =>
  hinted(
    z.url({ protocol: /^https?$/ }).max(2048),
    'http(s)로 시작하는 주소, 예: "https://hooks.example.com/abc"',
    'an address that begins with http(s), e.g. "https://hooks.example.com/abc"',
  );

/** Of an S3-compatible store: origin alone, encrypted on its way unless it is this computer. */
export const cloudAddress = () =>
  hinted(
    z.url().refine((text) => {
      const { protocol, hostname, pathname, search, username } = new URL(text);
      const here = ['localhost', '[::1]'].includes(hostname) || hostname.startsWith('127.');
      return (protocol === 'https:' || (protocol === 'http:' && here)) && pathname === '/' && search + username === '';
    }),
    'https로 시작하는 주소, 예: "https://s3.example.com"',
    'an address that begins with https, e.g. "https://s3.example.com"',
  );

export const bucketName = () =>
  hinted(
    z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
    '버킷 이름 (영문 소문자, 숫자, . - 3~63자)',
    'the name of a bucket (3 to 63 of a-z, 0-9, . and -)',
  );

export const bucketFolder = () =>
  hinted(
    z
      .string()
      .max(256)
      .regex(/^$|^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/),
    '버킷 안의 폴더 (영문, 숫자, . _ -), 예: "pacs/backup"',
    'a folder in the bucket (A-Z, a-z, 0-9, . _ -), e.g. "pacs/backup"',
  );

/** The name or address of a computer elsewhere. */
export const serverName = () =>
  hinted(
    z.string().refine((text) => isIP(text) !== 0 || HOST_NAME.test(text)),
    '서버 이름이나 IP 주소, 예: "smtp.example.com"',
    'the name or IP address of a server, e.g. "smtp.example.com"',
  );

/** `min` and `max` in the unit that the hint names. */
export const wholeNumber = (min: number, max: number, unitKo = '', unitEn = '') =>
  hinted(
    z.int().min(min).max(max),
    `${min}에서 ${max} 사이의 정수${unitKo && ` (${unitKo})`}`,
    `a whole number from ${min} to ${max}${unitEn && ` (${unitEn})`}`,
  );

export const wholeNumberOrNull = (min: number, max: number) =>
  hinted(
    z.int().min(min).max(max).nullable(),
    `${min}에서 ${max} 사이의 정수, 알아서 정하려면 null`,
    `a whole number from ${min} to ${max}, or null to have it chosen`,
  );

/** Gigabytes of 10^9 bytes; parts of one may be given. */
export const gigabytes = () =>
  hinted(z.number().min(0).max(1_000_000), '0 이상의 수 (GB), 예: 5 또는 0.5', 'a number of GB, e.g. 5 or 0.5');

export const gigabytesOrNull = () =>
  hinted(
    gigabytes().nullable(),
    '0 이상의 수 (GB), 예: 5 또는 0.5, 알아서 정하려면 null',
    'a number of GB, e.g. 5 or 0.5, or null to let the program choose',
  );

export const yesOrNo = () => hinted(z.boolean(), 'true 또는 false', 'true or false');

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) => {
  const list = values.map((value) => `"${value}"`).join(', ');
  return hinted(z.enum(values), `${list} 가운데 하나`, `one of ${list}`);
};

export const someOf = <const T extends readonly [string, ...string[]]>(values: T) => {
  const list = values.map((value) => `"${value}"`).join(', ');
  return hinted(z.array(oneOf(values)), `${list} 가운데 고른 목록`, `a list of any of ${list}`);
};

export const label = (maxLength = 64) =>
  hinted(z.string().trim().min(1).max(maxLength), `1~${maxLength}자의 글`, `a text of 1 to ${maxLength} characters`);

export const timeZone = () =>
  hinted(z.string().refine(isTimeZone), '시간대 이름, 예: "Asia/Seoul"', 'the name of a time zone, e.g. "Asia/Seoul"');

export const timeOfDay = () =>
  hinted(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/), '하루 중 시각, 예: "02:00"', 'a time of day, e.g. "02:00"');

/** Values of (0008,0005), several joined by a backslash as in DICOM. */
export const characterSet = () =>
  hinted(
    z.string().refine((text) => text !== '' && text.split('\\').every((term) => CHARACTER_SETS.has(term))),
    'DICOM 문자 집합, 예: "ISO 2022 IR 149" 또는 "ISO_IR 192"',
    'a DICOM character set, e.g. "ISO 2022 IR 149" or "ISO_IR 192"',
  );

/** In PEM; in JSON its lines are joined by \n. */
export const certificate = () =>
  hinted(
    z.string().max(20_000).refine(isCertificate),
    '인증서 (PEM), 예: "-----BEGIN CERTIFICATE-----\\n…\\n-----END CERTIFICATE-----"',
    'a certificate (PEM), e.g. "-----BEGIN CERTIFICATE-----\\n…\\n-----END CERTIFICATE-----"',
  );

function isCertificate(text: string): boolean {
  try {
    return text.includes('-----BEGIN CERTIFICATE-----') && new X509Certificate(text).serialNumber !== '';
  } catch {
    return false;
  }
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return text !== '';
  } catch {
    return false;
  }
}

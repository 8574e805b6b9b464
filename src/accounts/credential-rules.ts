/** What a user name and a password must look like. Length counts for more than kinds of character. */
import { ArchiveError } from '../errors.ts';

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{1,31}$/u;
const SHORTEST_PASSWORD = 10;
const LONGEST_PASSWORD = 128;

/** The beginnings that guessing programs try first, on Korean keyboards too; compared without digits at the end. */
const COMMON = [
  'password',
  'passw0rd',
  'qwertyuiop',
  'qwerasdfzxcv',
  'qwer1234',
  'asdfghjkl',
  'zxcvbnm',
  '1q2w3e4r5t',
  '1qaz2wsx3edc',
  'abcdefghij',
  'administrator',
  'admin',
  'iloveyou',
  'letmein',
  'welcome',
  'hospital',
  'clinic',
  'clinicpacs',
  'pacs',
  'dicom',
  'radiology',
  'xray',
  'orthanc',
  'korea',
  'seoul',
  'doctor',
  'changeme',
  'dkssudgktpdy', // 안녕하세요 on a Latin keyboard
  'tkfkdgo', // 사랑해
  'qlalfqjsgh', // 비밀번호
  'rhksflwk', // 관리자
  '안녕하세요',
  '비밀번호',
  '관리자',
  '사랑해',
];

/** The form in which a name is kept and compared: NFC, lower case, without blanks around it. */
export function foldUserName(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

/**
 * The folded name.
 * @throws ArchiveError USER_NAME_INVALID
 */
export function checkedUserName(name: string): string {
  const folded = foldUserName(name);
  if (!NAME.test(folded)) throw new ArchiveError('USER_NAME_INVALID');
  return folded;
}

/** @throws ArchiveError PASSWORD_WEAK saying in `detail` what is missing (Korean / English) */
export function checkPassword(password: string, userName: string): void {
  const text = password.normalize('NFC');
  const length = [...text].length;
  if (length < SHORTEST_PASSWORD) throw weak('10자 이상으로 정해 주세요.', 'Use 10 characters or more.');
  if (length > LONGEST_PASSWORD) throw weak('128자 이하로 정해 주세요.', 'Use 128 characters or fewer.');
  if (isEasyToGuess(text.toLowerCase(), foldUserName(userName))) {
    throw weak(
      '쉽게 짐작할 수 있습니다. 서로 관계없는 낱말 몇 개를 이어 보세요.',
      'Easy to guess. Join a few unrelated words.',
    );
  }
}

function isEasyToGuess(text: string, userName: string): boolean {
  const stem = text.replace(/[\d\s!@#$%^&*._-]+$/u, '').replace(/^[\d\s!@#$%^&*._-]+/u, '');
  const fewCharacters = new Set(text).size < 5;
  return (
    fewCharacters ||
    isRun(text) ||
    COMMON.includes(stem) ||
    COMMON.includes(text) ||
    stem === userName ||
    text === userName
  );
}

/** '1234567890', 'abcdefghij', '0987654321': each character follows from the one before. */
function isRun(text: string): boolean {
  const steps = [...text].slice(1).map((character, index) => character.charCodeAt(0) - text.charCodeAt(index));
  const regular = steps.filter((step) => step === 1 || step === -1 || step === 9 || step === -9).length;
  return regular >= steps.length - 1;
}

function weak(ko: string, en: string): ArchiveError {
  return new ArchiveError('PASSWORD_WEAK', `${ko} / ${en}`);
}

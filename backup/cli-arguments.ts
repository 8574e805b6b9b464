/** The arguments of the backup's commands: `--data DIR`, `--target DIR`, `--study UID`, … */
import { resolve } from 'node:path';
import { ArchiveError } from '../src/errors.ts';
import { isCloud } from './cloud.ts';

export interface BackupArguments {
  /** Absolute. */
  dataDir: string;
  /** Absolute, or the place of a cloud. */
  target?: string;
  study?: string;
  /** Patient ID. */
  patient?: string;
  /** SOP Instance UID. */
  instance?: string;
  /** Look, restore nothing. */
  list?: boolean;
  acknowledged?: boolean;
  /** A file of keys that open an encrypted backup. */
  identity?: string;
  /** Where keys that are made are put. */
  encrypt?: string;
  /** Number of a disk that was retired. */
  forget?: string;
}

const NAMES = {
  '--data': 'dataDir',
  '--target': 'target',
  '--study': 'study',
  '--patient': 'patient',
  '--instance': 'instance',
  '--identity': 'identity',
  '--encrypt': 'encrypt',
  '--forget': 'forget',
} as const;

const FLAGS = { '--acknowledge': 'acknowledged', '--list': 'list' } as const;
const PATHS: readonly string[] = ['dataDir', 'target', 'identity', 'encrypt'];

/** @throws ArchiveError REQUEST_INVALID naming what is wrong and what is known */
export function parseBackupArguments(argv: readonly string[], defaultDataDir: string): BackupArguments {
  const given: BackupArguments = { dataDir: defaultDataDir };
  const rest = argv.filter((argument) => argument !== '--');
  while (rest.length > 0) {
    const [name = '', inline] = (rest.shift() as string).split(/=(.*)/s, 2);
    const flag = FLAGS[name as keyof typeof FLAGS];
    if (flag) {
      given[flag] = true;
      continue;
    }
    const key = NAMES[name as keyof typeof NAMES];
    const value = inline ?? rest.shift();
    if (!key || !value) throw unknown(name);
    given[key] = PATHS.includes(key) && !isCloud(value) ? resolve(value) : value;
  }
  return given;
}

function unknown(name: string): ArchiveError {
  const known =
    '--data DIR, --target DIR, --study UID, --patient ID, --instance UID, --list, --identity KEYFILE, --encrypt FOLDER, --forget NUMBER, --acknowledge';
  return new ArchiveError('REQUEST_INVALID', `${name}: 쓸 수 있는 인자 / known arguments: ${known}`);
}

import { spawn } from 'node:child_process';
import { SetupError } from './setup-error.mjs';

/**
 * Runs npm and resolves when it ended well.
 * The npm that started us is used, with the Node that it runs on; without one, the npm on the PATH.
 * Throws a SetupError that says what to do.
 */
export async function runNpm(args, cwd) {
  const npm = npmCommand();
  const child = spawn(npm.file, [...npm.args, ...args, '--loglevel=error', '--no-update-notifier'], {
    cwd,
    shell: npm.shell,
    env: cleanEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-20_000);
  });
  const code = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.code));
    child.once('close', resolve);
  });
  if (code !== 0) throw explain(code, complaint);
}

function npmCommand() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  if (script?.endsWith('.js')) return { file: node ?? process.execPath, args: [script], shell: false };
  const windows = process.platform === 'win32';
  return { file: windows ? 'npm.cmd' : 'npm', args: [], shell: windows };
}

/** An npm inside an npm inherits the settings of the outer one; these name the wrong folder. */
function cleanEnvironment() {
  const { npm_config_local_prefix: _prefix, npm_config_prefix: _global, INIT_CWD: _cwd, ...rest } = process.env;
  return rest;
}

const KNOWN = [
  {
    sign: /ENOSPC/,
    korean: '디스크에 빈 공간이 없습니다. 2GB 이상 비운 뒤 다시 실행하세요.',
    english: 'The disk is full. Free at least 2 GB and run this again.',
  },
  {
    sign: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT|network/i,
    korean: '인터넷에 연결하지 못해 설치 파일을 받지 못했습니다. 연결을 확인하고 다시 실행하세요.',
    english: 'No connection to the package registry. Check the network and run this again.',
  },
  {
    sign: /E401|E403|E404|ETARGET/,
    korean: 'npm 저장소에서 필요한 파일을 찾지 못했습니다. npm 설정(저장소 주소)을 확인하세요.',
    english: 'The package registry does not hand out a package that we need. Check the registry in your npm settings.',
  },
  {
    sign: /EUSAGE/,
    korean: 'package.json과 package-lock.json이 서로 맞지 않습니다. 저장소를 다시 받으세요.',
    english: 'package.json and package-lock.json do not agree. Fetch the repository again.',
  },
  {
    sign: /EACCES|EPERM|EROFS|EBUSY/,
    korean: '설치 폴더에 쓸 수 없습니다. 폴더 권한을 확인하고, 실행 중인 프로그램이 있으면 끝낸 뒤 다시 실행하세요.',
    english: 'The folder cannot be written. Check its permissions, stop a running appliance, and run this again.',
  },
];

function explain(code, complaint) {
  if (code === 'ENOENT') {
    return new SetupError(
      'npm이 없습니다. Node.js 20 이상을 npm과 함께 설치하세요 (https://nodejs.org).',
      'npm is missing. Install Node.js 20 or newer together with npm (https://nodejs.org).',
    );
  }
  const known = KNOWN.find(({ sign }) => sign.test(complaint));
  if (known !== undefined) return new SetupError(known.korean, known.english, complaint);
  return new SetupError(`npm이 실패했습니다 (코드 ${code}).`, `npm failed (code ${code}).`, complaint);
}

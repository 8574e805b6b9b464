// npm start, npm run backup, …: makes the checkout ready and runs a program of the product on the pinned Node.
//   node installer/setup/start.mjs [--command NAME] [arguments of the program]

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ENVIRONMENT, NODE_OPTIONS } from './environment.mjs';
import { CACHE, ROOT } from './paths.mjs';
import { ensureSetup } from './setup.mjs';
import { reportFailure, SetupError } from './setup-error.mjs';

const PARENT_CHECK_MS = 500;

try {
  const { program, args } = programFor(process.argv.slice(2));
  const node = await ensureSetup();
  process.exitCode = await runProgram(node, program, args);
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}

function programFor(args) {
  if (args[0] !== '--command') return { program: 'src/main.ts', args };
  const [, name = '', ...rest] = args;
  const candidates = [`src/commands/${name}.ts`, `test/${name}/main.ts`];
  const program = /^[a-z-]+$/.test(name) ? candidates.find((path) => existsSync(join(ROOT, path))) : undefined;
  if (program !== undefined) return { program, args: rest };
  throw new SetupError(`'${name}'이라는 명령은 없습니다.`, `There is no command '${name}'.`);
}

/**
 * Runs the program as our child in the same process group, with the same terminal; resolves to its exit code.
 * It ends by itself when we are gone: its 'disconnect' event says so.
 */
function runProgram(node, program, args) {
  const child = spawn(node, [...NODE_OPTIONS, join(ROOT, program), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { NODE_COMPILE_CACHE: join(CACHE, 'compiled'), ...ENVIRONMENT },
  });
  passOnSignals(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/**
 * Passes the request to stop on, once. Ctrl+C in a terminal reaches the whole group, the child included: passing it on
 * would be a second request. Windows has no signals: there the end of our connection is the request.
 */
function passOnSignals(child) {
  let asked = false;
  const stop = (signal) => {
    if (asked) return;
    asked = true;
    if (process.platform === 'win32') child.disconnect();
    else if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  whenNpmIsGone(() => stop('SIGTERM'));
}

/** npm passes signals to the shell between it and us, which dies of them and tells nobody: then we have a new parent. */
function whenNpmIsGone(stop) {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return;
  const watch = () => {
    if (process.ppid !== parent) stop();
  };
  setInterval(watch, PARENT_CHECK_MS).unref();
}

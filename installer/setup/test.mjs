// npm test: makes everything ready, then lint, type check and all tests; all run, the sum comes last.
// npm test -- test/dicom …: only tests, the arguments go to vitest.

import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import { ensureSetup } from './setup.mjs';
import { reportFailure } from './setup-error.mjs';
import { ensureTestNeeds } from './test-needs.mjs';

const RESULTS = join(CACHE, 'test-results.json');
/** Browsers and child processes of the tests come on top: a third made every test slower, and all together no faster. */
const WORKERS = 2;
/** Generous: tests state what happens, not how fast, and CI machines are slow. */
const PATIENCE_MS = 60_000;

const CHECKS = [
  { heading: '코드 검사 · biome check', program: '@biomejs/biome/bin/biome', args: ['check', '.'] },
  { heading: '쓰지 않는 코드 · knip', program: 'knip/bin/knip.js', args: [] },
  { heading: '형 검사 · tsc (server)', program: 'typescript/bin/tsc', args: ['--noEmit'] },
  { heading: '형 검사 · tsc (web/app)', program: 'typescript/bin/tsc', args: ['--noEmit', '-p', 'web/app'] },
];

try {
  process.exitCode = await runAll(process.argv.slice(2));
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}

async function runAll(chosen) {
  const node = await ensureSetup();
  const browser = await ensureTestNeeds();
  const failedSteps = [];
  for (const { heading, program, args } of chosen.length === 0 ? CHECKS : []) {
    if ((await run(node, heading, program, args)) !== 0) failedSteps.push(heading);
  }
  rmSync(RESULTS, { force: true });
  const code = await run(node, '시험 · vitest', 'vitest/vitest.mjs', vitestArguments(chosen), {
    CLINICPACS_CHROMIUM: browser,
    // Hundreds of processes are started: the appliance, runs of the backup, children that render.
    NODE_COMPILE_CACHE: join(CACHE, 'compiled'),
  });
  const { passed, failed, skipped } = countResults();
  if (code !== 0 || failed > 0) failedSteps.push('시험 · vitest');
  for (const heading of failedSteps) console.log(`✗ ${heading}`);
  if (failedSteps.length === 0) console.log('✓ 모두 통과 · all green');
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failedSteps.length === 0 ? 0 : 1;
}

function vitestArguments(chosen) {
  return [
    'run',
    '--dir=test',
    `--maxWorkers=${WORKERS}`,
    `--testTimeout=${PATIENCE_MS}`,
    `--hookTimeout=${PATIENCE_MS}`,
    `--expect.poll.timeout=${PATIENCE_MS / 2}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${RESULTS}`,
    ...chosen,
  ];
}

async function run(node, heading, program, args, env = {}) {
  console.log(`\n━━ ${heading}`);
  const child = spawn(node, [join(ROOT, 'node_modules', program), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  console.log(code === 0 ? '   ✓' : `   ✗ (${code})`);
  return code;
}

/** Counts from vitest's own record. A file that could not even be loaded holds no tests: it counts as one failed. */
function countResults() {
  let results;
  try {
    results = JSON.parse(readFileSync(RESULTS, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const broken = results.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + broken.length,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

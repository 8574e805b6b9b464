/** `npm run chaos -- backup`: the tests that kill, fill and cut, at full size. They take minutes; some need root. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..', '..');

const PARTS: Record<string, readonly string[]> = {
  backup: ['test/backup/own-process', 'test/backup/failing-target', 'test/backup/power-cut', 'test/backup/hung-target'],
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: 쓸 수 있는 이름 / known: ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
const files = (asked.length > 0 ? asked : Object.keys(PARTS)).flatMap((name) => PARTS[name] ?? []);
const vitest = resolve(ROOT, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', '--dir=test', '--maxWorkers=1', ...files], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, NODE_ENV: 'test', CLINICPACS_CHAOS: '1' },
});
process.exitCode = status ?? 1;

import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const GENERATE = resolve(import.meta.dirname, '..', '..', 'web', 'app', 'api', 'generate.mjs');

it('has the types of the API as the server describes it (node web/app/api/generate.mjs writes them)', () => {
  expect(() => execFileSync(process.execPath, [GENERATE, '--check'])).not.toThrow();
});

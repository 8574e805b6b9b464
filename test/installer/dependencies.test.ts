import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setupModule } from '../support/setup-module.ts';

const { dependenciesComplete } = (await setupModule('installer/setup/dependencies.mjs')) as {
  dependenciesComplete: (root: string, locked: object) => boolean;
};

const here = { os: [process.platform], cpu: [process.arch], optional: true };
const elsewhere = { os: ['aix'], cpu: ['ppc64'], optional: true };

const LOCKED = {
  '': { name: 'product' },
  'node_modules/always': { version: '1.0.0' },
  'node_modules/only-here': { version: '2.0.0', ...here },
  'node_modules/only-there': { version: '2.0.0', ...elsewhere },
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'installed-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Lays out node_modules as npm leaves it: a folder for each package, its own record last. */
function install(packages: Record<string, object>, { record = true } = {}): void {
  for (const folder of Object.keys(packages)) {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, 'package.json'), '{}');
  }
  if (record) writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
}

const { '': _product, 'node_modules/only-there': _there, ...wanted } = LOCKED;

describe('What counts as installed', () => {
  it('is every package of this platform at the locked version', () => {
    install(wanted);
    expect(dependenciesComplete(root, LOCKED)).toBe(true);
  });

  it('is nothing when there is no node_modules', () => {
    expect(dependenciesComplete(root, LOCKED)).toBe(false);
  });

  it('is nothing when the install was cut short before npm wrote its record', () => {
    install(wanted, { record: false });
    expect(dependenciesComplete(root, LOCKED)).toBe(false);
  });

  it('is nothing when a package has another version', () => {
    install({ ...wanted, 'node_modules/always': { version: '0.9.0' } });
    expect(dependenciesComplete(root, LOCKED)).toBe(false);
  });

  it('is nothing when it was installed on another platform', () => {
    install({ 'node_modules/always': { version: '1.0.0' }, 'node_modules/only-there': { version: '2.0.0' } });
    expect(dependenciesComplete(root, LOCKED)).toBe(false);
  });

  it('is nothing when somebody deleted the folder of a package', () => {
    install(wanted);
    rmSync(join(root, 'node_modules/always'), { recursive: true });
    expect(dependenciesComplete(root, LOCKED)).toBe(false);
  });
});

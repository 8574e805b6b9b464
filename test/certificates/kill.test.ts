/** Killed at any moment of its first start, it finds whole certificates at the next one, and never another authority. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { Certificates } from '../../src/certificates/certificates.ts';
import { createLog } from '../../src/log.ts';
import { freshFolder } from '../support/folders.ts';

const MODULE = pathToFileURL(resolve(import.meta.dirname, '../../src/certificates/certificates.ts')).href;
const SCRIPT = `
  const { Certificates } = await import(${JSON.stringify(MODULE)});
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const [dataDir] = process.argv.slice(2);
  for (let n = 0; ; n++) {
    const names = () => ({ hosts: ['localhost'], addresses: ['127.0.0.1', \`10.0.0.\${n % 250}\`] });
    const certificates = await Certificates.open({ dataDir, clinic: 'x', hostNames: [], log, names });
    await certificates.close();
    process.stdout.write(certificates.authority + ';');
  }`;

/** Opens certificates over and over, with ever new addresses, until it is killed. */
function start(script: string, dataDir: string) {
  const child = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, ended: once(child, 'close') };
}

async function open(dataDir: string): Promise<Certificates> {
  const certificates = await Certificates.open({
    dataDir,
    clinic: 'x',
    hostNames: [],
    log: createLog({ level: 'silent' }),
  });
  await certificates.close();
  return certificates;
}

it('survives kills', async () => {
  const folder = freshFolder();
  const [dataDir, script] = [join(folder, 'data'), join(folder, 'opens.mjs')];
  writeFileSync(script, SCRIPT);
  let shown = '';
  for (let round = 0; round < 12; round++) {
    const { child, ended } = start(script, dataDir);
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
    });
    // The first rounds hit the making of the authority, later ones the renewal of the server certificate.
    const { promise, resolve: elapsed } = Promise.withResolvers<void>();
    setTimeout(elapsed, 60 + round * 45);
    await promise;
    child.kill('SIGKILL');
    expect((await ended)[1]).toBe('SIGKILL');
    const certificates = await open(dataDir);
    expect(certificates.notes).toEqual([]);
    shown += `${certificates.authority};`;
  }
  const whole = shown.split(';').filter((text) => text.includes('-----END CERTIFICATE-----'));
  expect(new Set(whole).size).toBe(1);
});

// Restores a CLINICPACS backup with nothing but Node.js 18 or newer and this disk. Needs no network and no other file.
// CLINICPACS 백업을 Node.js(18 이상)와 이 디스크만으로 복구합니다.
//
//   node restore.mjs NEWFOLDER                 everything / 전체
//   node restore.mjs NEWFOLDER --study UID     one study / 검사 하나
//
// Every file is checked against its hash before it counts. A second run goes on where the first one stopped.
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const CHUNK = 1024 * 1024;
/** Endings below db/ and the names they have in a data folder. The index is made anew at the first start. */
const COPIES = { '.records.sqlite': 'records.sqlite', '.config.json': 'config.json' };

const [folder, option, study] = process.argv.slice(2);
if (!folder || (option && (option !== '--study' || !study))) {
  console.error('사용법 / usage:  node restore.mjs NEWFOLDER [--study STUDY_INSTANCE_UID]');
  process.exit(2);
}
const bad = [];
let restored = 0;
await mkdir(folder, { recursive: true });
for (const manifest of await manifests()) await restoreVolume(manifest);
if (!study) for (const ending of Object.keys(COPIES)) await restoreCopy(ending);
console.log(`\n파일 ${restored}개를 복구했습니다. / ${restored} files restored.`);
for (const line of bad) console.error(`문제 / problem: ${line}`);
process.exit(bad.length === 0 && restored > 0 ? 0 : 1);

/** In the order of writing: the run's number, then the volume's. */
async function manifests() {
  const found = [];
  for (const year of await namesIn('manifests')) {
    for (const month of await namesIn('manifests', year)) {
      for (const name of await namesIn('manifests', year, month)) {
        const [, run, part] = /^\d{8}T\d{4}-(\d+)-(\d+)\.jsonl$/.exec(name) ?? [];
        if (run) found.push({ run: +run, part: +part, path: `${year}/${month}/${name.replace('.jsonl', '')}` });
      }
    }
  }
  return found.sort((a, b) => a.run - b.run || a.part - b.part).map(({ path }) => path);
}

async function namesIn(...folders) {
  return readdir(join(HERE, ...folders)).catch(() => []);
}

/** A damaged manifest is still read line by line: each file has its own hash. */
async function restoreVolume(name) {
  const text = await readFile(join(HERE, `manifests/${name}.jsonl`));
  if (!isSealed(text)) bad.push(`manifests/${name}.jsonl: 목록 파일이 손상되었습니다. / the manifest is damaged`);
  const lines = text.toString('utf8').split('\n');
  const wanted = lines.filter((line) => line.startsWith('{"path":') && (!study || line.includes(`"${study}"`)));
  if (wanted.length === 0) return;
  const volume = await open(join(HERE, `volumes/${name}.zip`)).catch(() => undefined);
  if (!volume) {
    bad.push(`volumes/${name}.zip: 볼륨을 열 수 없습니다. / the volume cannot be opened`);
    return;
  }
  for (const line of wanted) await restoreLine(name, volume, line);
  await volume.close();
  process.stdout.write(`\r${restored}  ${name} `);
}

async function restoreLine(name, volume, line) {
  try {
    const entry = JSON.parse(line);
    if (await restoreEntry(volume, entry)) restored++;
    else bad.push(`volumes/${name}.zip: ${entry.path}: 내용이 손상되었습니다. / its bytes are damaged`);
  } catch (error) {
    bad.push(`volumes/${name}.zip: ${error.message}`);
  }
}

/** Entries are stored without compression: the manifest says where in the volume the bytes begin. */
async function restoreEntry(volume, { path, size, sha256, offset }) {
  if (!/^(images|quarantine)\/[\w/.-]+$/.test(path) || path.includes('..')) throw new Error(`path ${path}`);
  const to = join(folder, ...path.split('/'));
  if ((await hashOf(to)) === sha256) return true;
  await mkdir(dirname(to), { recursive: true });
  return copyProved(volume, offset, size, to, sha256);
}

/** The newest copy below db/ whose hash is right. */
async function restoreCopy(ending) {
  const hashes = (await namesIn('db')).filter((name) => name.endsWith(`${ending}.sha256`));
  const names = hashes.map((name) => name.slice(0, -'.sha256'.length));
  const run = (name) => Number(name.split('.')[0].split('-')[1]);
  for (const name of names.sort((a, b) => run(b) - run(a))) {
    const told = await readFile(join(HERE, 'db', `${name}.sha256`), 'utf8').catch(() => '');
    const from = await open(join(HERE, 'db', name)).catch(() => undefined);
    const size = (await from?.stat())?.size ?? 0;
    const done = from && (await copyProved(from, 0, size, join(folder, COPIES[ending]), told.slice(0, 64)));
    await from?.close();
    if (done) return;
    bad.push(`db/${name}: 손상되어 더 오래된 것을 찾습니다. / damaged, an older one is looked for`);
  }
  bad.push(`db/*${ending}: 쓸 수 있는 사본이 없습니다. / there is no good copy`);
}

/** Copies a range into a new file, which gets its name only when the hash is right. */
async function copyProved(from, start, size, to, sha256) {
  const out = await open(`${to}.part`, 'w');
  const hash = createHash('sha256');
  try {
    for (let at = 0; at < size; ) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - at));
      const { bytesRead } = await from.read(buffer, 0, buffer.length, start + at);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      await out.writeFile(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    await out.sync();
  } finally {
    await out.close();
  }
  if (hash.digest('hex') !== sha256) {
    await rm(`${to}.part`, { force: true });
    return false;
  }
  await rename(`${to}.part`, to);
  return true;
}

async function hashOf(file) {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return undefined;
  const hash = createHash('sha256');
  for await (const chunk of handle.createReadStream()) hash.update(chunk);
  return hash.digest('hex');
}

/** The last line of a manifest ends with the hash of every byte before that hash. */
function isSealed(text) {
  const end = text.length - 67;
  if (end < 0) return false;
  const hash = createHash('sha256').update(text.subarray(0, end)).digest('hex');
  return text.toString('latin1', end) === `${hash}"}\n`;
}

// Restores a CLINICPACS backup with nothing but Node.js 18 or newer and this disk. Needs no network and no other file.
// CLINICPACS 백업을 Node.js(18 이상)와 이 디스크만으로 복구합니다.
//
//   node restore.mjs NEWFOLDER                 everything / 전체
//   node restore.mjs NEWFOLDER --study UID     one study / 검사 하나
//   … --key KEYFILE                            of an encrypted backup / 암호화된 백업일 때: 열쇠 파일
//
// Every file is checked against its hash before it counts. A second run goes on where the first one stopped.
import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
} from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const CHUNK = 1024 * 1024;
/** In the new folder: the file of an encrypted backup that is being read. */
const PLAIN = '.decrypted';
/** Endings below db/ and the names they have in a data folder. The index is made anew at the first start. */
const COPIES = { '.records.sqlite': 'records.sqlite', '.config.json': 'config.json' };

const { folder, study, key } = argumentsOf(process.argv.slice(2));
const bad = [];
let restored = 0;
const encrypted = (await readFile(join(HERE, 'disk.json'), 'utf8').catch(() => '')).includes('"format":"age"');
const identity = encrypted ? await identityIn(key) : undefined;
await mkdir(folder, { recursive: true });
for (const manifest of await manifests()) await restoreVolume(manifest);
if (!study) for (const ending of Object.keys(COPIES)) await restoreCopy(ending);
await rm(join(folder, PLAIN), { force: true });
console.log(`\n파일 ${restored}개를 복구했습니다. / ${restored} files restored.`);
for (const line of bad) console.error(`문제 / problem: ${line}`);
process.exit(bad.length === 0 && restored > 0 ? 0 : 1);

function argumentsOf([folder, ...rest]) {
  const given = { folder };
  while (rest.length > 0) given[rest.shift()] = rest.shift() ?? '';
  const { '--study': study, '--key': key, folder: _, ...unknown } = given;
  if (!folder || study === '' || key === '' || Object.keys(unknown).length > 0) {
    console.error('사용법 / usage:  node restore.mjs NEWFOLDER [--study STUDY_INSTANCE_UID] [--key KEYFILE]');
    process.exit(2);
  }
  return { folder, study, key };
}

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
  const names = await readdir(join(HERE, ...folders)).catch(() => []);
  return names.map((name) => (encrypted ? name.replace(/\.age$/, '') : name));
}

/** The bytes of a small file; none when it cannot be read. */
async function bytesOf(name) {
  const file = await openPlain(name);
  const bytes = (await file?.readFile()) ?? Buffer.alloc(0);
  await file?.close();
  return bytes;
}

/** Opens a file as it was before encryption; undefined when it is missing or cannot be decrypted. */
async function openPlain(name) {
  if (!encrypted) return open(join(HERE, name)).catch(() => undefined);
  try {
    await decrypt(join(HERE, `${name}.age`), join(folder, PLAIN));
    return await open(join(folder, PLAIN));
  } catch (error) {
    bad.push(`${name}.age: ${error.message}`);
    return undefined;
  }
}

/** A damaged manifest is still read line by line: each file has its own hash. */
async function restoreVolume(name) {
  const text = await bytesOf(`manifests/${name}.jsonl`);
  if (!isSealed(text)) bad.push(`manifests/${name}.jsonl: 목록 파일이 손상되었습니다. / the manifest is damaged`);
  const lines = text.toString('utf8').split('\n');
  const wanted = lines.filter((line) => line.startsWith('{"path":') && (!study || line.includes(`"${study}"`)));
  if (wanted.length === 0) return;
  const volume = await openPlain(`volumes/${name}.zip`);
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
    const told = String(await bytesOf(`db/${name}.sha256`));
    const from = await openPlain(`db/${name}`);
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

/** The secret scalar in an `AGE-SECRET-KEY-1…` (Bech32, BIP 173, without looking at its checksum: the first file proves it). */
async function identityIn(file) {
  const text = file ? await readFile(file, 'utf8') : '';
  const [, data] = /AGE-SECRET-KEY-1([02-9AC-HJ-NP-Z]{58})/.exec(text.toUpperCase()) ?? [];
  if (!data) {
    console.error(
      '암호화된 백업입니다. 의원 열쇠 파일이나 안내지의 열쇠를 적은 파일을 --key 로 알려 주세요.\n' +
        'This backup is encrypted: add --key KEYFILE (the clinic key, or a file with the key of the recovery sheet).',
    );
    process.exit(2);
  }
  const bits = [...data.slice(0, 52)].map((c) =>
    'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.indexOf(c).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g);
  const secret = Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), secret]);
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}

/** Decrypts one age file (C2SP age v1, X25519 recipients). @throws when the key does not fit or a bit is wrong */
async function decrypt(from, to) {
  const source = await open(from);
  const out = await open(to, 'w', 0o600);
  try {
    const begin = Buffer.alloc(8192);
    const { bytesRead } = await source.read(begin, 0, begin.length, 0);
    const mac = begin.indexOf('\n--- ') + 5;
    const end = begin.indexOf('\n', mac);
    if (mac < 5 || end < 0) throw new Error('age 파일이 아닙니다. / no age file');
    const fileKey = fileKeyIn(begin.toString('latin1', 0, mac - 1), begin.toString('latin1', mac, end));
    const payload = hkdf(fileKey, begin.subarray(end + 1, end + 17), 'payload');
    const { size } = await source.stat();
    let at = Math.min(end + 17, bytesRead);
    for (let number = 0; at < size; number++) {
      const sealed = Buffer.alloc(Math.min(65536 + 16, size - at));
      const read = await source.read(sealed, 0, sealed.length, at);
      if (read.bytesRead < sealed.length) throw new Error('읽을 수 없습니다. / cannot be read');
      at += sealed.length;
      const nonce = Buffer.alloc(12);
      nonce.writeUIntBE(number, 5, 6);
      nonce[11] = at === size ? 1 : 0;
      await out.writeFile(opened(payload, nonce, sealed));
    }
  } finally {
    await source.close();
    await out.close();
  }
}

/** The key of a file, wrapped for us in one of the stanzas of its header; `header` ends with `---`. */
function fileKeyIn(header, mac) {
  const publicKey = createPublicKey(identity);
  const own = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url');
  for (const [, share, body] of header.matchAll(/^-> X25519 (\S+)\n(\S+)$/gm)) {
    const theirs = Buffer.from(share, 'base64');
    const spki = Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), theirs]);
    const other = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const secret = diffieHellman({ privateKey: identity, publicKey: other });
    const wrap = hkdf(secret, Buffer.concat([theirs, own]), 'age-encryption.org/v1/X25519');
    try {
      const fileKey = opened(wrap, Buffer.alloc(12), Buffer.from(body, 'base64'));
      const told = createHmac('sha256', hkdf(fileKey, '', 'header'))
        .update(header, 'latin1')
        .digest('base64');
      if (told.replace(/=+$/, '') === mac) return fileKey;
    } catch {
      // for somebody else
    }
  }
  throw new Error('이 열쇠로 열 수 없거나 손상되었습니다. / not for this key, or damaged');
}

function hkdf(secret, salt, info) {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, 32));
}

function opened(key, nonce, sealed) {
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  decipher.setAuthTag(sealed.subarray(sealed.length - 16));
  const plain = decipher.update(sealed.subarray(0, sealed.length - 16));
  decipher.final();
  return plain;
}

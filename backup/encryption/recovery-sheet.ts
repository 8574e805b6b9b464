/** The page that a clinic prints and locks away: the paper key, and what to do with it, for somebody who knows nothing of us. */
import type { NewKeys } from './key-ring.ts';

export interface SheetFacts extends Pick<NewKeys, 'paperKey' | 'recipients' | 'since'> {
  clinic: string;
  siteId: string;
}

/** What every key begins with, then groups, which are easier to type. The last one is whole: its six characters are asked for. */
const GROUPS = /^AGE-SECRET-KEY-1|.{1,6}(?=(.{6})*$)/g;

/** HTML with nothing outside it, to be printed on one page of A4. */
export function recoverySheet({ clinic, siteId, paperKey, recipients, since }: SheetFacts): string {
  const groups = paperKey.match(GROUPS) ?? [];
  const day = since.slice(0, 10);
  return `<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><title>CLINICPACS 복구 안내지 / recovery sheet</title>
<style>
@page { size: A4; margin: 18mm }
body { font: 11pt/1.5 "Malgun Gothic", "Pretendard Variable", "Pretendard", sans-serif; color: #000; max-width: 174mm }
h1 { font-size: 17pt; margin: 0 } h2 { font-size: 12pt; margin: 5mm 0 1mm }
.key { font: bold 14pt/1.7 "Consolas", "D2Coding", monospace; border: 1.5pt solid #000; padding: 4mm; margin: 3mm 0 }
.key span { display: inline-block; margin-right: 3mm }
code { font-family: "Consolas", "D2Coding", monospace, "Malgun Gothic", "Pretendard Variable" } p, li { margin: 1mm 0 } footer { margin-top: 5mm; font-size: 9pt }
</style></head><body>
<h1>백업 복구 안내지 / Backup recovery sheet</h1>
<p>${escaped(clinic)} · CLINICPACS ${escaped(siteId)} · ${escaped(day)}</p>
<p><strong>이 종이는 환자 영상 백업을 여는 열쇠입니다. 인쇄해서 금고처럼 잠글 수 있는 곳에 두고, 사진을 찍거나 PC에 저장하지 마세요.
서버에는 이 열쇠가 없습니다. 의원 열쇠 파일과 이 종이를 모두 잃으면 암호화된 백업은 누구도 열 수 없습니다.</strong></p>
<div class="key">${groups.map((group) => `<span>${escaped(group)}</span>`).join('')}</div>
<h2>새 컴퓨터에 복구하기</h2>
<ol>
<li>메모장에 위 글자를 빈칸 없이 한 줄로 적어 <code>key.txt</code>로 저장합니다(대소문자는 상관없습니다).</li>
<li>CLINICPACS를 설치하고: <code>npm run restore -- --data 새폴더 --target 백업디스크 --identity key.txt</code></li>
<li>CLINICPACS가 없으면 백업 디스크에서: <code>node restore.mjs 새폴더 --key key.txt</code> (Node.js 18 이상)</li>
<li>표준 도구 age로도 열립니다: <code>age -d -i key.txt -o 볼륨.zip 볼륨.zip.age</code></li>
<li>끝나면 <code>key.txt</code>를 지웁니다.</li>
</ol>
<h2>In English</h2>
<p>This sheet opens the encrypted backups of the clinic named above. Keep it locked away; the server does not have this key. Type it
without blanks as one line of a file <code>key.txt</code>, then <code>npm run restore -- --data NEWFOLDER --target DISK --identity
key.txt</code>, or with Node.js alone, on the disk, <code>node restore.mjs NEWFOLDER --key key.txt</code>, or with the standard tool
age (age-encryption.org) <code>age -d -i key.txt -o volume.zip volume.zip.age</code> for each file.</p>
<footer>공개 열쇠 / recipient: <code>${escaped(recipients.paper)}</code></footer>
</body></html>
`;
}

/** The file that the director keeps, in the form of `age-keygen`. */
export function clinicKeyFile({ clinicKey, recipients, since }: NewKeys): string {
  return `# CLINICPACS 의원 열쇠: 백업을 여는 열쇠입니다. 서버가 아닌 곳에 보관하세요. / opens the backups; keep it away from the server
# created: ${since}
# public key: ${recipients.clinic}
${clinicKey}
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

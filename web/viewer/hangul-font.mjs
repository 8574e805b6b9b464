import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { movedAnchor } from './patches.mjs';

const STYLES = 'pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css';
/** What Inter, the viewer's font, lacks: Hangul syllables, jamo, Hanja, and the punctuation between. */
const KOREAN = /U\+(?:11|31|3[0-3]|a[c-f]|[b-d][0-9a-f]|[4-9][0-9a-f])[0-9a-f]{2}/i;

/**
 * Pretendard's Hangul, second to the viewer's own font (see patches.mjs), so that it can be read on a PC without Korean fonts
 * too. A browser fetches only the parts (about 30 kB each) whose letters are on the screen.
 *
 * @param {string} base address of the folder with the viewer's files
 * @returns {Promise<{ css: string, files: Map<string, Buffer>, licence: string }>} files by their name in that folder
 */
export async function hangulFont(base) {
  const styles = fileURLToPath(import.meta.resolve(STYLES));
  const text = await readFile(styles, 'utf8');
  const faces = text.match(/@font-face\s*\{[^}]*\}/g) ?? [];
  const [licence] = /\/\*[\s\S]*?\*\//.exec(text) ?? [''];
  const files = new Map();
  const css = [];
  for (const face of faces.filter((one) => KOREAN.test(one))) {
    const [, path] = /url\(\.\/([^)]+)\)/.exec(face) ?? [];
    if (path === undefined) throw movedAnchor('Hangul font', face.slice(0, 80));
    const name = `fonts/${path.split('/').at(-1)}`;
    files.set(name, await readFile(join(dirname(styles), path)));
    css.push(face.replace(/url\([^)]+\)/, `url(${base}${name})`));
  }
  if (css.length < 50) throw movedAnchor('Hangul font', `${css.length} faces`);
  return { css: `${css.join('\n')}\n`, files, licence };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { sourceHash } from './source-hash.mjs';

/** Names the recipe of the viewer's static build: any change to it makes another build. */
export function viewerRecipe() {
  return sourceHash(ROOT, ['web/viewer']);
}

/** Whether web/viewer/dist was made by the recipe that is there now. It is renamed into place whole, its record inside. */
export function viewerIsCurrent() {
  try {
    return JSON.parse(readFileSync(join(ROOT, 'web/viewer/dist/build.json'), 'utf8')).recipe === viewerRecipe();
  } catch {
    return false;
  }
}

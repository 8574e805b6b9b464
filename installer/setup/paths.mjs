import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What set-up keeps for itself: fetched packages, stamps, compiled code, test results. May be deleted at any time. */
export const CACHE = join(ROOT, '.cache');

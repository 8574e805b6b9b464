/** What each kind of answer may load and run (Content-Security-Policy). */

/** Data: runs nothing, loads nothing. Our own pages may show it in a frame (a PDF in the viewer). */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'self'";

/**
 * The app's pages and scripts: nothing inline but the styles that carry the page's nonce.
 * @param nonce of this answer; left out for scripts and styles, which hold no markup
 */
export function appPolicy(nonce?: string): string {
  return policy({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`,
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'worker-src': "'self'",
    'manifest-src': "'self'",
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
  });
}

/**
 * OHIF needs more: WebAssembly codecs, workers made of blobs, inline styles, PDFs in frames, and two inline scripts
 * that are let in by their hashes. Everything still comes from us alone.
 * @param evaluates for a worker script whose decoders make functions of text: a worker follows its own script's policy
 */
export function viewerPolicy(scriptHashes: readonly string[], evaluates = false): string {
  const hashes = scriptHashes.map((hash) => ` '${hash}'`).join('');
  return policy({
    'default-src': "'self'",
    'script-src': `'self' '${evaluates ? '' : 'wasm-'}unsafe-eval'${hashes}`,
    'worker-src': "'self' blob:",
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data: blob:",
    'connect-src': "'self' blob: data:",
    'font-src': "'self' data:",
    'object-src': "'self'",
    'frame-src': "'self' blob:",
    'frame-ancestors': "'self'",
    'base-uri': "'self'",
    'form-action': "'self'",
  });
}

function policy(directives: Record<string, string>): string {
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');
}

/** Who may import whom in web/app: app → features → api, ui, text; no feature another; ui and text nothing of ours. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const APP = resolve(import.meta.dirname, '..', '..', 'web', 'app');

const MAY_IMPORT: Record<string, readonly string[]> = {
  app: ['features', 'api', 'ui', 'text'],
  features: ['api', 'ui'],
  api: [],
  ui: [],
  text: [],
};

const files = Object.keys(MAY_IMPORT)
  .flatMap((layer) =>
    readdirSync(join(APP, layer), { recursive: true, encoding: 'utf8' }).map((name) => `${layer}/${name}`),
  )
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.tsx?$/.test(name));

const imports = files.flatMap((from) =>
  ts
    .preProcessFile(readFileSync(join(APP, from), 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((fileName) => fileName.startsWith('.'))
    .map((fileName) => ({
      from,
      to: relative(APP, resolve(APP, from, '..', fileName)).replaceAll('\\', '/'),
    })),
);

/** 'features/studies/x.ts' → 'features/studies', 'ui/x.ts' → 'ui' */
function placeOf(file: string): string {
  const [layer = '', part = ''] = file.split('/');
  return layer === 'features' ? `features/${part}` : layer;
}

describe('the layers of the pages', () => {
  it('are seen at all', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('import only downwards, and no feature another', () => {
    const breaches = imports.filter(({ from, to }) => {
      if (placeOf(from) === placeOf(to)) return false;
      const allowed = MAY_IMPORT[from.split('/')[0] ?? ''] ?? [];
      return !allowed.includes(to.split('/')[0] ?? '');
    });
    expect(breaches.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('leave the talking to the server to api', () => {
    const talkers = files.filter(
      (file) =>
        !file.startsWith('api/') && /\bfetch\(|EventSource|openapi-fetch/.test(readFileSync(join(APP, file), 'utf8')),
    );
    expect(talkers).toEqual([]);
  });

  it('have no file over 300 lines but the generated types', () => {
    const long = files.filter((file) => readFileSync(join(APP, file), 'utf8').split('\n').length > 301);
    expect(long).toEqual(['api/schema.d.ts']);
  });
});

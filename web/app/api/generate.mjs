// Writes schema.d.ts from the server's OpenAPI document; `--check` only says whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { createOpenApiDocument } from '../../../src/doors/rest/openapi.ts';

const FILE = join(import.meta.dirname, 'schema.d.ts');

/** The types of the API as they should stand in schema.d.ts. */
export async function generateSchema() {
  const document = JSON.parse(JSON.stringify(createOpenApiDocument('')));
  // Our pages speak to /api; images are addressed by viewers.
  for (const path of Object.keys(document.paths)) if (/^\/(dicom-web|wado)/.test(path)) delete document.paths[path];
  return `// Made by web/app/api/generate.mjs from the server's OpenAPI document.\n\n${astToString(await openapiTS(document))}`;
}

if (import.meta.main) {
  const text = await generateSchema();
  if (process.argv.includes('--check')) process.exitCode = readFileSync(FILE, 'utf8') === text ? 0 : 1;
  else writeFileSync(FILE, text);
}

/**
 * A picture that says why there is no picture. Browsers show it in place of the image, whatever the status; programs,
 * which do not ask for SVG, get the failure as JSON.
 */
import { ArchiveError } from '../../errors.ts';
import { forbidCaching, sendBytes } from './answer.ts';
import type { Exchange } from './door.ts';
import { acceptedRanges } from './media-range.ts';

const SVG = 'image/svg+xml';
/** Reasons that lie in the image. */
const SHOWN = new Set(['NOT_RENDERABLE', 'PIXEL_DATA_DAMAGED', 'DATA_SET_DAMAGED']);
const SIZE = 512;
const LINE = 26;

/** Sends the placeholder with the status of the failure. @throws the failure when the client takes no SVG, or is to know */
export function sendPlaceholder({ request, response, accept, acceptParameter }: Exchange, thrown: unknown): void {
  const asksForSvg = acceptedRanges(accept, acceptParameter).some(({ type }) => type === SVG);
  if (!(thrown instanceof ArchiveError) || !SHOWN.has(thrown.code) || !asksForSvg || response.headersSent) throw thrown;
  forbidCaching(response);
  response.status(thrown.entry.http);
  if (request.method === 'HEAD') response.setHeader('Content-Type', SVG).end();
  else sendBytes(response, SVG, Buffer.from(placeholder(thrown)));
}

function placeholder({ entry, detail }: ArchiveError): string {
  const lines = [
    ...wrapped(entry.ko, LINE).map((line) => ({ line, size: 26, fill: '#ddd' })),
    ...wrapped(entry.en, 2 * LINE).map((line) => ({ line, size: 18, fill: '#aaa' })),
    ...wrapped(detail, 2 * LINE).map((line) => ({ line, size: 18, fill: '#777' })),
  ];
  const top = SIZE / 2 - 17 * (lines.length - 1);
  const texts = lines.map(
    ({ line, size, fill }, n) =>
      `<text x="${SIZE / 2}" y="${top + 34 * n}" font-size="${size}" fill="${fill}">${escaped(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}" width="${SIZE}" height="${SIZE}">
<rect width="100%" height="100%" fill="#111"/>
<g font-family="sans-serif" text-anchor="middle">${texts.join('')}</g>
</svg>`;
}

/** Broken at spaces, and within words that are longer than a line. */
function wrapped(text: string, length: number): string[] {
  const pattern = new RegExp(`(\\S{${length}}|.{1,${length}}(?=\\s|$))`, 'g');
  return (text.match(pattern) ?? []).map((line) => line.trim()).slice(0, 6);
}

function escaped(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The picture that DCMTK makes of an image, as the other side of ours. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { numbers, text } from '../../src/dicom/data-set.ts';
import { readHeader } from '../../src/rendering/header.ts';
import { withSource } from '../../src/rendering/instance-source.ts';
import type { InstanceFile } from '../../src/rendering/jobs.ts';
import { dcmtkTool } from '../support/dcmtk.ts';
import { freshFolder } from '../support/folders.ts';
import { programOnPath } from '../support/programs.ts';
import { renderedBytes } from './instance-file.ts';

const JPEG_LS = /^1\.2\.840\.10008\.1\.2\.4\.8[01]$/;
const JPEG_2000 = /^1\.2\.840\.10008\.1\.2\.4\.9[01]$/;
/** Pixel Aspect Ratio and the spacings: DCMTK leaves pixels as they are, we make them square. */
const ASPECT = ['(0028,0034)', '(0028,0030)', '(0018,1164)'];

export const hasDcmtk = ['dcmj2pnm', 'dcml2pnm', 'dcmodify'].every((name) => dcmtkTool(name) !== undefined);
/** DCMTK knows no JPEG 2000: GDCM, where it is installed, decodes those first. */
export const gdcmconv = programOnPath('gdcmconv', 'GDCM');

let folder: string | undefined;
const scratch = (name: string) => {
  folder ??= freshFolder();
  return join(folder, name);
};

/** What both sides are asked for: a window that the file does not propose, or DCMTK's words for what it does propose. */
export interface Shown {
  readonly window?: { readonly center: number; readonly width: number; readonly shape: string } | undefined;
  readonly dcmtk: readonly string[];
}

/**
 * A grey image that proposes no window gets the same one on both sides, since DCMTK counts padding among the values that it
 * stretches.
 */
export function shownAlike(file: InstanceFile): Shown {
  return withSource(file, (source) => {
    const { dataSet } = readHeader(source);
    if ((numbers(dataSet, 0x00281051)[0] ?? 0) >= 1) return { dcmtk: ['+Wi', '1'] };
    if (!text(dataSet, 0x00280004).startsWith('MONOCHROME')) return { dcmtk: [] };
    return { window: { center: 500, width: 1500, shape: 'LINEAR' }, dcmtk: ['+Ww', '500', '1500'] };
  });
}

/** A copy without what says that pixels are not square. */
export function squarePixels(file: InstanceFile): InstanceFile {
  const path = scratch('square.dcm');
  const erased = ASPECT.flatMap((tag) => ['-ea', tag]);
  const original = readFileSync(file.path);
  copyFileSync(file.path, path);
  execFileSync(dcmtkTool('dcmodify') as string, ['-nb', '-imt', ...erased, path], { stdio: 'ignore', timeout: 20_000 });
  const length = readFileSync(path).length;
  return { ...file, path, dataSetLength: file.dataSetLength - (original.length - length) };
}

/** Mean of the absolute differences of a frame (from 1); NaN for another size, undefined when DCMTK cannot show it. */
export async function differenceFromDcmtk(
  file: InstanceFile,
  frame: number,
  shown: Shown,
): Promise<number | undefined> {
  const theirs = dcmtkValues(file, frame, shown.dcmtk);
  if (!theirs) return undefined;
  const ours = await renderedBytes(file, frame, shown.window);
  if (ours.length !== theirs.length) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < ours.length; i++) sum += Math.abs((ours[i] as number) - (theirs[i] as number));
  return sum / ours.length;
}

/** Pixels of a raw PNM, whose header is "P5|P6 width height maximum". */
function dcmtkValues(file: InstanceFile, frame: number, options: readonly string[]): Buffer | undefined {
  const out = scratch('reference.pnm');
  rmSync(out, { force: true });
  try {
    const twoSteps = JPEG_2000.test(file.transferSyntaxUid);
    const path = twoSteps ? decodedByGdcm(file.path) : file.path;
    const tool = JPEG_LS.test(file.transferSyntaxUid) ? 'dcml2pnm' : 'dcmj2pnm';
    const all = ['--write-raw-pnm', '+F', String(frame), ...options, path, out];
    execFileSync(tool, all, { stdio: 'ignore', timeout: 20_000 });
    const bytes = readFileSync(out);
    const header = /^P[56]\s+(?:#[^\n]*\n\s*)*\d+\s+\d+\s+\d+\s/.exec(bytes.toString('latin1', 0, 200));
    return bytes.subarray(header?.[0].length ?? 0);
  } catch {
    return undefined;
  }
}

function decodedByGdcm(path: string): string {
  if (gdcmconv === undefined) throw new Error('no GDCM');
  const decoded = scratch('decoded.dcm');
  execFileSync(gdcmconv, ['--raw', path, decoded], { stdio: 'ignore', timeout: 20_000 });
  return decoded;
}

/**
 * Rendered pixels against DCMTK's, file by file. Where the file proposes no window both sides get the same one, since
 * DCMTK counts padding among the values that it stretches.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { numbers, text } from '../../src/dicom/data-set.ts';
import { readPart10Head } from '../../src/dicom/part10.ts';
import { readHeader } from '../../src/rendering/header.ts';
import { withSource } from '../../src/rendering/instance-source.ts';
import type { InstanceFile } from '../../src/rendering/jobs.ts';
import { dcmtkTool } from '../support/dcmtk.ts';
import { freshFolder } from '../support/folders.ts';
import { programOnPath } from '../support/programs.ts';
import { sharedFiles, sharedPath } from '../support/shared-dicom.ts';
import { renderedBytes } from './instance-file.ts';

/** Files of which the pictures differ, and why ours is meant to be so. */
const EXCEPTIONS: Record<string, string> = {
  'mg/example-mg.dcm': 'a JFIF picture labelled RGB: DCMTK takes it at its word, white becomes pink',
  'vl-sc-ot/example.dcm': 'a JFIF picture labelled RGB: DCMTK takes it at its word, white becomes pink',
  'dicomdir/media1/98892001/CT2N/6293': 'pixels that are not square: DCMTK leaves them so',
  'dicomdir/media1/98892001/CT2N/6924': 'pixels that are not square: DCMTK leaves them so',
  'us/color-pl.dcm': 'pixels that are not square: DCMTK leaves them so',
  'us/color-px.dcm': 'pixels that are not square: DCMTK leaves them so',
};
/** The image is broken, a video or larger than any; the others that DCMTK shows are shown by us. */
const NOT_SHOWN = new Set(['gen/bomb-deflated-256MB.dcm']);

const present = sharedFiles() !== undefined;
const tools = dcmtkTool('dcmj2pnm') !== undefined && dcmtkTool('dcml2pnm') !== undefined;
const gdcmconv = programOnPath('gdcmconv', 'GDCM');
const folder = freshFolder();

describe.skipIf(!present || !tools)('rendered pixels and those of DCMTK', () => {
  it('differ by no more than 2 grey levels in every file of the set that DCMTK can show', async () => {
    let compared = 0;
    const wrong: string[] = [];
    const images = (sharedFiles() ?? []).filter(({ file, Rows }) => Rows && !NOT_SHOWN.has(file));
    for (const { file: name } of images) {
      const file = fileAt(sharedPath(name));
      const theirs = file && dcmtkValues(file);
      if (!file || !theirs) continue;
      const difference = await differenceOf(file, theirs);
      compared++;
      if (!(difference <= 2) && !(name in EXCEPTIONS)) wrong.push(`${name}: ${difference}`);
      if (difference <= 2 && name in EXCEPTIONS) wrong.push(`${name} is no exception any more`);
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(gdcmconv === undefined ? 185 : 205);
  }, 300_000);
});

/** Mean of the absolute differences; NaN for another size. */
async function differenceOf(file: InstanceFile, theirs: Buffer): Promise<number> {
  const ours = await renderedBytes(file, 1, windowFor(file));
  if (ours.length !== theirs.length) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < ours.length; i++) sum += Math.abs((ours[i] as number) - (theirs[i] as number));
  return sum / ours.length;
}

/** The window that both sides get for a grey image that proposes none. */
function windowFor(file: InstanceFile): { center: number; width: number; shape: string } | undefined {
  return withSource(file, (source) => {
    const { dataSet } = readHeader(source);
    const proposed = (numbers(dataSet, 0x00281051)[0] ?? 0) >= 1;
    const grey = text(dataSet, 0x00280004).startsWith('MONOCHROME');
    return proposed || !grey ? undefined : { center: 500, width: 1500, shape: 'LINEAR' };
  });
}

/** Undefined for a file without a meta group. */
function fileAt(path: string): InstanceFile | undefined {
  const bytes = readFileSync(path);
  const head = readPart10Head(bytes);
  if (!head) return undefined;
  const { dataSetOffset, transferSyntaxUid } = head;
  return { path, dataSetOffset, dataSetLength: bytes.length - dataSetOffset, transferSyntaxUid };
}

const JPEG_LS = /^1\.2\.840\.10008\.1\.2\.4\.8[01]$/;
const JPEG_2000 = /^1\.2\.840\.10008\.1\.2\.4\.9[01]$/;

/**
 * Pixels of a raw PNM, whose header is "P5|P6 width height maximum"; undefined when DCMTK cannot show the file. It knows
 * no JPEG 2000: where GDCM is installed it decodes those first.
 */
function dcmtkValues(file: InstanceFile): Buffer | undefined {
  const out = join(folder, 'reference.pnm');
  rmSync(out, { force: true });
  const decoded = join(folder, 'decoded.dcm');
  const grey = windowFor(file);
  const proposed = withSource(file, (source) => (numbers(readHeader(source).dataSet, 0x00281051)[0] ?? 0) >= 1);
  const window = grey ? ['+Ww', '500', '1500'] : proposed ? ['+Wi', '1'] : [];
  const twoSteps = JPEG_2000.test(file.transferSyntaxUid);
  if (twoSteps && gdcmconv === undefined) return undefined;
  try {
    if (twoSteps) execFileSync(gdcmconv as string, ['--raw', file.path, decoded], { stdio: 'ignore', timeout: 20_000 });
    const tool = JPEG_LS.test(file.transferSyntaxUid) ? 'dcml2pnm' : 'dcmj2pnm';
    const options = ['--write-raw-pnm', '+F', '1', ...window, twoSteps ? decoded : file.path, out];
    execFileSync(tool, options, { stdio: 'ignore', timeout: 20_000 });
    const bytes = readFileSync(out);
    const header = /^P[56]\s+(?:#[^\n]*\n\s*)*\d+\s+\d+\s+\d+\s/.exec(bytes.toString('latin1', 0, 200));
    return bytes.subarray(header?.[0].length ?? 0);
  } catch {
    return undefined;
  }
}

/**
 * Rendered pixels against DCMTK's, file by file. Where the file proposes no window both sides get the same one, since
 * DCMTK counts padding among the values that it stretches.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { numbers } from '../../src/dicom/data-set.ts';
import { readPart10Head } from '../../src/dicom/part10.ts';
import { readHeader } from '../../src/rendering/header.ts';
import { withSource } from '../../src/rendering/instance-source.ts';
import type { InstanceFile } from '../../src/rendering/jobs.ts';
import { dcmtkTool } from '../support/dcmtk.ts';
import { freshFolder } from '../support/folders.ts';
import { sharedFiles, sharedPath } from '../support/shared-dicom.ts';
import { renderedBytes } from './instance-file.ts';

/**
 * JPEG 2000 is not here: DCMTK cannot decode it. Not compared for other reasons: images with pixels that are not square,
 * which DCMTK leaves so; mg/example-mg.dcm and vl-sc-ot/example.dcm, JFIF pictures labelled RGB, which DCMTK takes at
 * their word (white becomes pink); mr-series, whose windows have the width 0; single bits, which DCMTK shows half as bright.
 */
const FILES: Record<string, 'dcmj2pnm' | 'dcml2pnm'> = {
  'cr/RG3_JLSL.dcm': 'dcml2pnm',
  'cr/RG3_JPLL.dcm': 'dcmj2pnm',
  'cr/RG3_JPLY.dcm': 'dcmj2pnm',
  'cr/RG3_RLE.dcm': 'dcmj2pnm',
  'ct/CT_small.dcm': 'dcmj2pnm',
  'ct/CT1_JLSL.dcm': 'dcml2pnm',
  'ct/CT1_RLE.dcm': 'dcmj2pnm',
  'ct/CT0012.fragmented_no_bot_jpeg_baseline.51.dcm': 'dcmj2pnm',
  'ct/CT0012.fragmented_no_bot_jpeg_lossless.57.dcm': 'dcmj2pnm',
  'ct/CT0012.fragmented_no_bot_jpeg_ls.81.dcm': 'dcml2pnm',
  'ct-series/I100.dcm': 'dcmj2pnm',
  'mg/OutOfBoundsOverlay.dcm': 'dcmj2pnm',
  'mr/MR_small_bigendian.dcm': 'dcmj2pnm',
  'mr/MR-SIEMENS-DICOM-WithOverlays.dcm': 'dcmj2pnm',
  'mr/emri_small_RLE.dcm': 'dcmj2pnm',
  'ts/ctimage-1.2.840.10008.1.2.1.99.dcm': 'dcmj2pnm',
  'xa-nm-pt/XA1_JLSN.dcm': 'dcml2pnm',
};

const present = sharedFiles() !== undefined;
const tools = dcmtkTool('dcmj2pnm') !== undefined && dcmtkTool('dcml2pnm') !== undefined;
const folder = freshFolder();

describe.skipIf(!present || !tools)('rendered pixels and those of DCMTK', () => {
  it.each(Object.entries(FILES))(
    'differ by no more than 2 grey levels in %s',
    async (name, tool) => {
      const path = sharedPath(name);
      expect(existsSync(path), 'the set holds the file').toBe(true);
      const file = fileAt(path);
      const hasWindow = withSource(file, (source) => numbers(readHeader(source).dataSet, 0x00281051).length > 0);
      const window = hasWindow ? undefined : { center: 500, width: 1500, shape: 'LINEAR' };
      const theirs = dcmtkValues(tool, path, hasWindow ? ['+Wi', '1'] : ['+Ww', '500', '1500']);
      const ours = await renderedBytes(file, 1, window);
      expect(ours.length).toBe(theirs.length);
      let sum = 0;
      for (let i = 0; i < ours.length; i++) sum += Math.abs((ours[i] as number) - (theirs[i] as number));
      expect(sum / ours.length).toBeLessThanOrEqual(2);
    },
    60_000,
  );
});

function fileAt(path: string): InstanceFile {
  const bytes = readFileSync(path);
  const head = readPart10Head(bytes);
  if (!head) throw new Error(`${path} has no meta group`);
  const { dataSetOffset, transferSyntaxUid } = head;
  return { path, dataSetOffset, dataSetLength: bytes.length - dataSetOffset, transferSyntaxUid };
}

/** Pixels of a raw PNM, whose header is "P5|P6 width height maximum". */
function dcmtkValues(tool: string, path: string, options: string[]): Buffer {
  const out = join(folder, 'reference.pnm');
  execFileSync(tool, ['--write-raw-pnm', '+F', '1', ...options, path, out], { stdio: 'ignore' });
  const bytes = readFileSync(out);
  const header = /^P[56]\s+(?:#[^\n]*\n\s*)*\d+\s+\d+\s+\d+\s/.exec(bytes.toString('latin1', 0, 200));
  return bytes.subarray(header?.[0].length ?? 0);
}

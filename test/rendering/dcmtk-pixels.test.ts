/** Rendered pixels against DCMTK's, file by file: the first, the middle and the last frame of each. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { number } from '../../src/dicom/data-set.ts';
import { readPart10Head } from '../../src/dicom/part10.ts';
import { readHeader } from '../../src/rendering/header.ts';
import { withSource } from '../../src/rendering/instance-source.ts';
import type { InstanceFile } from '../../src/rendering/jobs.ts';
import { sharedFiles, sharedPath } from '../support/shared-dicom.ts';
import { differenceFromDcmtk, gdcmconv, hasDcmtk, shownAlike, squarePixels } from './dcmtk-picture.ts';

/** What DCMTK has to be told: these pictures are labelled RGB, their JFIF marker says otherwise. */
const TOLD: Record<string, readonly string[]> = {
  'mg/example-mg.dcm': ['--conv-guess'],
  'vl-sc-ot/example.dcm': ['--conv-guess'],
};
/** Frames of which the pictures differ, and why ours is meant to be so. */
const EXCEPTIONS: Record<string, string> = {
  'odd/invalid-vr-length-test.dcm 8': 'each frame has a window of its own: DCMTK takes one for all',
};
/** Files that DCMTK (with GDCM for JPEG 2000) shows no frame of, or not this one, and why. */
const NOT_COMPARED: Record<string, string> = {
  'charset/chrJapMulti.dcm': 'no pixels',
  'ct/CT0012.fragmented_no_bot_jpeg_baseline.51.dcm': 'one frame, says two',
  'ct/CT0012.fragmented_no_bot_jpeg_lossless.57.dcm': 'one frame, says two',
  'ct/CT0012.fragmented_no_bot_jpeg_ls.81.dcm': 'one frame, says two',
  'gen/bomb-deflated-256MB.dcm': 'larger than any image',
  'gen/encapsulated-cut.dcm': 'cut off',
  'gen/htj2k-with-uids.dcm': 'HTJ2K: DCMTK has no decoder',
  'gen/len-claims-4GB.dcm': 'cut off',
  'gen/video-h264-mp4.dcm': 'a video',
  'gen/video-mpeg2.dcm': 'a video',
  'odd/3gb-bulk-data-truncated.dcm': 'larger than any image, cut off',
  'odd/JPEG2000-embedded-sequence-delimiter.dcm': 'a damaged codestream',
  'odd/MR_truncated.dcm': 'cut off',
  'odd/emri_small_jpeg_2k_lossless_too_short.dcm': 'a cut codestream',
  'seg/liver_deflate.dcm': 'deflated frames: DCMTK does not know the transfer syntax',
  'seg/liver_rle.dcm': 'single bits in RLE: DCMTK has no decoder',
  'ts/HTJ2KLossless_08_RGB.dcm': 'HTJ2K: DCMTK has no decoder',
  'us/IM00001.fragmented_no_bot_jpeg_baseline.50.dcm': 'later frames: DCMTK wants an offset table',
  'us/gdcm-US-ALOKA-16.dcm': 'a palette with a group of its own',
};

const present = sharedFiles() !== undefined;

describe.skipIf(!present || !hasDcmtk)('rendered pixels and those of DCMTK', () => {
  it('differ by no more than 2 grey levels in every file of the set that DCMTK can show', async () => {
    const images = (sharedFiles() ?? []).filter(({ file, Rows }) => Rows && !file.startsWith('gen/bomb'));
    const wrong: string[] = [];
    let compared = 0;
    for (const { file: name } of images) {
      const file = fileAt(sharedPath(name));
      for (const frame of file ? framesOf(file) : []) {
        const difference = await differenceOf(name, file as InstanceFile, frame);
        wrong.push(...complaint(name, frame, difference));
        if (difference !== undefined) compared++;
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(gdcmconv === undefined ? 210 : 230);
  }, 300_000);
});

function complaint(name: string, frame: number, difference: number | undefined): string[] {
  const what = `${name} ${frame}`;
  if (difference === undefined) {
    return name in NOT_COMPARED || gdcmconv === undefined ? [] : [`${what}: not shown by DCMTK`];
  }
  if (what in EXCEPTIONS) return difference <= 2 ? [`${what} is no exception any more`] : [];
  return difference <= 2 ? [] : [`${what}: ${difference}`];
}

/** Where pixels are not square DCMTK leaves them so: there both sides get a copy that does not say it. */
async function differenceOf(name: string, file: InstanceFile, frame: number): Promise<number | undefined> {
  const shown = shownAlike(file);
  const told = { ...shown, dcmtk: [...shown.dcmtk, ...(TOLD[name] ?? [])] };
  const difference = await differenceFromDcmtk(file, frame, told);
  return Number.isNaN(difference) ? differenceFromDcmtk(squarePixels(file), frame, told) : difference;
}

function framesOf(file: InstanceFile): Set<number> {
  const count = withSource(file, (source) => number(readHeader(source).dataSet, 0x00280008)) || 1;
  return new Set([1, Math.ceil(count / 2), count]);
}

/** Undefined for a file without a meta group. */
function fileAt(path: string): InstanceFile | undefined {
  const bytes = readFileSync(path);
  const head = readPart10Head(bytes);
  if (!head) return undefined;
  const { dataSetOffset, transferSyntaxUid } = head;
  return { path, dataSetOffset, dataSetLength: bytes.length - dataSetOffset, transferSyntaxUid };
}

/** Made instances as files, for the jobs of the render workers run in the test's own thread. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstanceFile } from '../../src/rendering/jobs.ts';
import { renderSizes } from '../../src/rendering/render.ts';
import { freshFolder } from '../support/folders.ts';
import { type Instance, type InstanceOptions, makeInstance } from '../support/synthetic.ts';

let folder: string | undefined;

export function fileOf(instance: Instance): InstanceFile {
  folder ??= freshFolder();
  const path = join(folder, `${instance.sopInstanceUid}.dcm`);
  writeFileSync(path, instance.file);
  return {
    path,
    dataSetOffset: instance.file.length - instance.dataSet.length,
    dataSetLength: instance.dataSet.length,
    transferSyntaxUid: instance.transferSyntaxUid,
  };
}

/** An image with exactly these bytes as its pixel data. */
export function imageFile(options: InstanceOptions, pixels: Buffer): InstanceFile {
  const instance = makeInstance({ ...options, pixelBytes: pixels.length });
  const padded = pixels.length + (pixels.length % 2);
  for (const bytes of [instance.file, instance.dataSet]) pixels.copy(bytes, bytes.length - padded);
  return fileOf(instance);
}

/** Grey or RGB values of the rendered image, row by row. */
export async function renderedValues(file: InstanceFile, frame = 1, window?: object): Promise<number[]> {
  return [...(await renderedBytes(file, frame, window))];
}

export async function renderedBytes(file: InstanceFile, frame = 1, window?: object): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const options = { frame, format: 'png', quality: 90, ...(window && { window }) } as never;
  const [picture] = await renderSizes(file, '1.2.840.10008.5.1.4.1.1.7', [options]);
  const image = sharp(picture?.bytes);
  const { channels } = await image.metadata();
  return (channels === 1 ? image.toColourspace('b-w') : image).raw().toBuffer();
}

/** What a person sees of a picture in a page, and what a hand does on it. */
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';

/** Grey levels across the middle, and how bright its left half is. */
export async function levels(canvas: Locator): Promise<{ count: number; left: number }> {
  const { data, info } = await sharp(await canvas.screenshot())
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const row = data.subarray(Math.floor(info.height / 2) * info.width).subarray(0, info.width);
  const left = row.subarray(Math.floor(info.width * 0.35), Math.floor(info.width / 2));
  return { count: new Set(row).size, left: left.reduce((sum, value) => sum + value, 0) / left.length };
}

/** Pixels of a screenshot whose red, green and blue (0 to 255) are as asked for. */
export async function pixelsThatAre(
  canvas: Locator,
  asked: (red: number, green: number, blue: number) => boolean,
): Promise<number> {
  const { data } = await sharp(await canvas.screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  let count = 0;
  for (let at = 0; at < data.length; at += 3) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    if (asked(red, green, blue)) count++;
  }
  return count;
}

export async function drag(
  page: Page,
  from: [number, number],
  to: [number, number],
  button: 'left' | 'right' = 'left',
) {
  await page.mouse.move(...from);
  await page.mouse.down({ button });
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
  await page.mouse.move(...to);
  await page.mouse.up({ button });
}

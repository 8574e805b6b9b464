/** The picture as a sheet for saving and printing: patient line above, what it is not meant for below. */
import type { StudyImages } from '../../api/images.ts';
import { shownName } from '../../ui/person-name.ts';
import { readableDay } from '../../ui/when.ts';
import { type Drawing, draw } from './draw.ts';

export interface SheetWords {
  readonly clinic: string;
  /** 참고용, and what else is not to be overlooked (lossy compression). */
  readonly notices: readonly string[];
}

const WIDTH = 1600;
const MARGIN = 56;

/** Draws what the pane shows, its zoom and lines included, onto a sheet of its own. */
export function drawSheet(
  drawing: Drawing,
  pane: { width: number; height: number },
  { study }: StudyImages,
  { clinic, notices }: SheetWords,
): HTMLCanvasElement {
  const ratio = WIDTH / pane.width;
  const picture = document.createElement('canvas');
  picture.width = WIDTH;
  picture.height = Math.round(pane.height * ratio);
  const paneContext = picture.getContext('2d');
  if (paneContext) draw(paneContext, pane, ratio, drawing);
  const sheet = document.createElement('canvas');
  sheet.width = WIDTH;
  sheet.height = picture.height + 2 * MARGIN;
  const context = sheet.getContext('2d');
  if (!context) return sheet;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.drawImage(picture, 0, MARGIN);
  context.fillStyle = '#111';
  context.font = '600 26px "Pretendard Variable", sans-serif';
  const name = shownName(study.patientName);
  const who = [name.main, name.latin, study.patientId, readableDay(study.birthDate)].filter(Boolean).join('  ·  ');
  context.fillText(who, 16, MARGIN - 18, WIDTH - 32);
  const what = [clinic, readableDay(study.studyDate), study.description, ...notices].filter(Boolean).join('  ·  ');
  context.fillText(what, 16, sheet.height - 18, WIDTH - 32);
  return sheet;
}

const JPEG_QUALITY = 0.92;

/** Offers the sheet as a file. Its name holds no patient's name: it may end up anywhere. */
export function saveSheet(sheet: HTMLCanvasElement, name: string, form: 'png' | 'jpg'): void {
  sheet.toBlob(
    (blob) => {
      if (blob === null) return;
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `${name}.${form}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    },
    form === 'png' ? 'image/png' : 'image/jpeg',
    JPEG_QUALITY,
  );
}

/** Prints the sheet alone: the page's style hides everything else while it is there. */
export function printSheet(sheet: HTMLCanvasElement): void {
  sheet.dataset.print = '';
  document.body.append(sheet);
  addEventListener('afterprint', () => sheet.remove(), { once: true });
  window.print();
}

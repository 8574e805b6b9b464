/** What the quick view asks: images in reading order, facts of a frame, values for the window. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { store } from '../../support/archive.ts';
import { makeInstance } from '../../support/synthetic.ts';
import { type RestDoor, startRestDoor } from './rest-door.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let door: RestDoor;
beforeAll(async () => {
  door = await startRestDoor();
});
afterAll(() => door.close());

type Options = NonNullable<Parameters<typeof makeInstance>[0]>;

async function stored(...images: Options[]) {
  const { studyInstanceUid, seriesInstanceUid } = makeInstance();
  const patientId = studyInstanceUid.slice(-12);
  const made = images.map((options) => makeInstance({ studyInstanceUid, seriesInstanceUid, patientId, ...options }));
  for (const instance of made) await store(door.archive, instance);
  const [row] = await door.archive.searchStudies({ text: patientId, limit: 1 });
  return { id: row?.id ?? 0, made, studyInstanceUid, patientId };
}

const GREY = { rows: 4, columns: 8, bits: 16 as const };

describe('the images of a study', () => {
  it('come by series in reading order, without what cannot be drawn, and the study counts as opened', async () => {
    const { id, made, studyInstanceUid, patientId } = await stored(
      { ...GREY, instanceNumber: 2 },
      { ...GREY, instanceNumber: 1 },
      { attributes: { Rows: [], Columns: [], InstanceNumber: '3' }, pixelBytes: 0 },
    );
    const answer = await door.as('viewer', `/api/studies/${id}/images`);
    const { study, series, others } = JSON.parse(answer.body);
    expect(study).toMatchObject({ id, studyInstanceUid });
    expect(
      series.map(({ images }: { images: { sopInstanceUid: string }[] }) => images.map((i) => i.sopInstanceUid)),
    ).toEqual([[made[1]?.sopInstanceUid, made[0]?.sopInstanceUid]]);
    expect(series[0].images[0]).toMatchObject({ frames: 1, rows: 4, columns: 8 });
    expect(others).toBe(1);
    const rows = (await door.accessLog()).map((row) => row.slice(0, 4));
    expect(rows).toContainEqual(['viewer', 'study.open', patientId, studyInstanceUid]);
  });

  it('of no study are not found', async () => {
    expect((await door.as('viewer', '/api/studies/999999/images')).status).toBe(404);
  });
});

describe('the facts of a frame', () => {
  const facts = async (attributes: Options['attributes'] = {}) => {
    const { id, made } = await stored({ ...GREY, ...(attributes && { attributes }) });
    const answer = await door.as('viewer', `/api/studies/${id}/images/${made[0]?.sopInstanceUid}/frames/1`);
    return JSON.parse(answer.body);
  };

  it.each([
    ['calibrated', { PixelSpacing: ['0.2', '0.2'] }, [0.2, 0.2]],
    ['detector', { ImagerPixelSpacing: ['0.15', '0.15'] }, [0.15, 0.15]],
    ['detector', { PixelSpacing: ['0.15', '0.15'], ImagerPixelSpacing: ['0.15', '0.15'] }, [0.15, 0.15]],
    ['calibrated', { PixelSpacing: ['0.13', '0.13'], ImagerPixelSpacing: ['0.15', '0.15'] }, [0.13, 0.13]],
    [
      'calibrated',
      {
        PixelSpacing: ['0.15', '0.15'],
        ImagerPixelSpacing: ['0.15', '0.15'],
        PixelSpacingCalibrationType: ['FIDUCIAL'],
      },
      [0.15, 0.15],
    ],
    ['none', {}, null],
    ['none', { PixelSpacing: ['0', '0'] }, null],
  ])('say what millimetres are worth: %s by %j', async (spacingKind, attributes, spacing) => {
    expect(await facts(attributes as Options['attributes'])).toMatchObject({ spacingKind, spacing });
  });

  it('name the windows of the file, what was lost, and where the patient lies', async () => {
    const known = await facts({
      WindowCenter: ['40', '-600'],
      WindowWidth: ['400', '1500'],
      WindowCenterWidthExplanation: ['SOFT', 'LUNG'],
      LossyImageCompression: ['01'],
      ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
    } as Options['attributes']);
    expect(known).toMatchObject({
      windows: [
        { center: 40, width: 400, name: 'SOFT', shape: 'LINEAR' },
        { center: -600, width: 1500, name: 'LUNG' },
      ],
      lossy: true,
      orientation: ['L', 'P'],
      greyscale: true,
    });
  });
});

describe('the values of a frame', () => {
  const values = async (options: Options, frame = 1, side = 1600) => {
    const { id, made } = await stored(options);
    const path = `/api/studies/${id}/images/${made[0]?.sopInstanceUid}/frames/${frame}/values?side=${side}`;
    const answer = await fetch(door.origin + path, { headers: { Cookie: await door.cookie('viewer') } });
    const shape = JSON.parse(answer.headers.get('x-pixel-values') ?? '{}');
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()), shape };
  };

  it('are those after the rescale, with the window of the file', async () => {
    const attributes = { RescaleSlope: '2', RescaleIntercept: '-1024', WindowCenter: '40', WindowWidth: '400' };
    const { bytes, shape } = await values({ ...GREY, attributes });
    expect(shape).toMatchObject({ type: 'int16', width: 8, height: 4, inverted: false });
    expect(shape.window).toMatchObject({ center: 40, width: 400, shape: 'LINEAR' });
    // Stored: 257 (the first pixel is marked), 768, 1280 … 3840.
    expect([bytes.readInt16LE(0), bytes.readInt16LE(2), bytes.readInt16LE(62)]).toEqual([-510, 512, 6656]);
  });

  it('are means of blocks when scaled down; without a window the whole range is one', async () => {
    const { bytes, shape } = await values({ rows: 40, columns: 40, bits: 16 }, 1, 20);
    expect(shape).toMatchObject({ type: 'uint16', width: 20, height: 20, window: { center: 1920.5, width: 3841 } });
    // Columns 2 and 3 hold 256, 4 and 5 hold 256 and 512.
    expect([bytes.readUInt16LE(2), bytes.readUInt16LE(4)]).toEqual([256, 384]);
  });

  it('say when the smallest value is white', async () => {
    const attributes = { PhotometricInterpretation: 'MONOCHROME1' };
    expect((await values({ ...GREY, attributes })).shape).toMatchObject({ inverted: true });
  });

  it.each([
    ['a frame that is not there', GREY, 2, 1600, 404],
    ['a size that is too large', GREY, 1, 99_999, 400],
    ['colour', { rows: 4, columns: 4, samples: 3 as const }, 1, 1600, 406],
  ])('are refused for %s', async (_, options, frame, side, status) => {
    expect((await values(options, frame, side)).status).toBe(status);
  });
});

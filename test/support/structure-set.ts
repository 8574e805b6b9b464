/** A CT slice and a structure set drawn on it (PS3.3 section A.19). */
import { newUid } from '../../src/dicom/uid.ts';
import { type Instance, makeInstance } from './synthetic.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const RT_STRUCTURE_SET = '1.2.840.10008.5.1.4.1.1.481.3';
const SIDE = 128;

const sq = (...Value: object[]) => ({ vr: 'SQ', Value });
const ui = (uid: string) => ({ vr: 'UI', Value: [uid] });
const cs = (word: string) => ({ vr: 'CS', Value: [word] });
const is = (...Value: number[]) => ({ vr: 'IS', Value });

/** @param roiName name of its one structure, a red square in the middle */
export function makeStructureSet(roiName: string): { slices: Instance[]; structures: Instance } {
  const study = newUid();
  const series = newUid();
  const frameOfReference = newUid();
  const slices = [0, 1, 2].map((z) =>
    makeInstance({
      sopClassUid: CT,
      modality: 'CT',
      studyInstanceUid: study,
      seriesInstanceUid: series,
      instanceNumber: z + 1,
      ...{ rows: SIDE, columns: SIDE, bits: 16 },
      attributes: {
        FrameOfReferenceUID: frameOfReference,
        ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
        ImagePositionPatient: ['0', '0', String(z)],
        PixelSpacing: ['1', '1'],
        SliceThickness: '1',
      },
    }),
  );
  const [low, high] = [SIDE / 4, (3 * SIDE) / 4];
  const contours = slices.map((slice, z) => ({
    '30060016': sq({ '00081150': ui(CT), '00081155': ui(slice.sopInstanceUid) }),
    '30060042': cs('CLOSED_PLANAR'),
    '30060046': is(4),
    '30060050': { vr: 'DS', Value: [low, low, z, high, low, z, high, high, z, low, high, z] },
  }));
  const referenced = slices.map(({ sopInstanceUid }) => ({ '00081150': ui(CT), '00081155': ui(sopInstanceUid) }));
  const structures = makeInstance({
    sopClassUid: RT_STRUCTURE_SET,
    modality: 'RTSTRUCT',
    studyInstanceUid: study,
    seriesNumber: 2,
    pixelBytes: 0,
    attributes: {
      '30060002': { vr: 'SH', Value: ['Structures'] },
      '30060010': sq({
        '00200052': ui(frameOfReference),
        '30060012': sq({
          '00081155': ui(study),
          '30060014': sq({ '0020000E': ui(series), '30060016': sq(...referenced) }),
        }),
      }),
      '30060020': sq({
        '30060022': is(1),
        '30060024': ui(frameOfReference),
        '30060026': { vr: 'LO', Value: [roiName] },
      }),
      '30060039': sq({ '30060084': is(1), '3006002A': is(255, 0, 0), '30060040': sq(...contours) }),
      '30060080': sq({ '30060082': is(1), '30060084': is(1), '300600A4': cs('ORGAN') }),
    },
  });
  return { slices, structures };
}

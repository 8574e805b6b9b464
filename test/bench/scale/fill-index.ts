/**
 * Fills the index of a data folder with the rows of a clinic by the writer's own operation, many to a transaction. There
 * are no files behind the rows: searches need none.
 */
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describeDataSet } from '../../../src/archive/describe-instance.ts';
import { Connection, type Connections } from '../../../src/db/connection.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { setMeta } from '../../../src/db/operations/meta.ts';
import { type RegisteredFile, registerInstance } from '../../../src/db/operations/register-instance.ts';
import type { DicomJson } from '../../../src/dicom/dicom-json.ts';
import { hexOf, tagOf, vrOf } from '../../../src/dicom/dictionary.ts';
import { encodeDataSet } from '../../../src/dicom/encode-data-set.ts';
import { readDataSet } from '../../../src/dicom/read-data-set.ts';
import { EXPLICIT_LE } from '../../../src/dicom/transfer-syntaxes.ts';
import { type ClinicSeries, type ClinicStudy, clinicStudy, uidOf } from './clinic.ts';

const STUDIES_AT_ONCE = 500;
const SOP_CLASSES: Readonly<Record<string, string>> = {
  CT: '1.2.840.10008.5.1.4.1.1.2',
  US: '1.2.840.10008.5.1.4.1.1.6.1',
  MG: '1.2.840.10008.5.1.4.1.1.1.2',
  CR: '1.2.840.10008.5.1.4.1.1.1',
  DX: '1.2.840.10008.5.1.4.1.1.1.1',
};

/** Adds studies [from, to) of the clinic; `newest` is the day of its last one. @returns how many instances came in */
export function fillIndex(dataDir: string, from: number, to: number, newest: number): number {
  const index = new Connection(join(dataDir, 'index.sqlite'), 'write');
  const connections = { index } as Connections;
  try {
    migrate(index, 'index');
    index.flushCommits(false);
    setMeta(connections, { key: 'epoch', value: randomUUID() });
    let instances = 0;
    for (let n = from; n < to; n += STUDIES_AT_ONCE) {
      index.sqlite.transaction(() => {
        for (let study = n; study < Math.min(to, n + STUDIES_AT_ONCE); study++) {
          for (const file of filesOf(clinicStudy(study, newest), study)) {
            registerInstance(connections, file);
            instances++;
          }
        }
      })();
    }
    return instances;
  } finally {
    index.close();
  }
}

function* filesOf(study: ClinicStudy, n: number): Generator<RegisteredFile> {
  for (const series of study.series) {
    const first = rowOf(study, series);
    for (let image = 1; image <= series.images; image++) {
      const at = new Date(study.at + series.number * 60_000 + image * 1000);
      const sopUid = uidOf(`${series.seriesUid} ${image}`);
      yield {
        ...first,
        attributes: { ...first.attributes, sop_instance_uid: sopUid, instance_number: String(image) },
        fileId: `${at.toISOString().slice(0, 10).replaceAll('-', '')}-${(n * 4 + series.number).toString(36).padStart(7, '0')}-${image}`,
        sha256: createHash('md5').update(sopUid).update('').digest().subarray(0, 16),
        receivedAt: at.toISOString(),
        receiveSequence: at.getTime() * 1000,
      };
    }
  }
}

/** The row of the first image of a series, by way of its data set. */
function rowOf(study: ClinicStudy, { seriesUid, modality, number }: ClinicSeries): RegisteredFile {
  const [day = '', time = ''] = new Date(study.at).toISOString().replaceAll(/[-:]/g, '').split('T');
  const dataSet = encodeDataSet(
    asJson({
      SOPClassUID: SOP_CLASSES[modality] as string,
      SOPInstanceUID: `${seriesUid}.1`.slice(0, 64),
      ImageType: 'ORIGINAL\\PRIMARY',
      StudyDate: day,
      SeriesDate: day,
      ContentDate: day,
      StudyTime: time.slice(0, 6),
      ContentTime: time.slice(0, 6),
      AccessionNumber: study.accessionNumber,
      Modality: modality,
      Manufacturer: 'SYNTHETIC',
      InstitutionName: '서울튼튼의원',
      StationName: `${modality}-1`,
      StudyDescription: study.description,
      SeriesDescription: study.description,
      ManufacturerModelName: 'SIM-2000',
      PatientName: study.patientName,
      PatientID: study.patientId,
      PatientBirthDate: `${1940 + (Number(study.patientId) % 80)}0517`,
      PatientSex: Number(study.patientId) % 2 === 0 ? 'M' : 'F',
      BodyPartExamined: 'CHEST',
      StudyInstanceUID: study.studyUid,
      SeriesInstanceUID: seriesUid,
      StudyID: '1',
      SeriesNumber: String(number),
      InstanceNumber: '1',
      Rows: 2500,
      Columns: 2048,
      BitsAllocated: 16,
    }),
    EXPLICIT_LE,
    ['ISO_IR 192'],
  );
  const described = describeDataSet(readDataSet(dataSet, EXPLICIT_LE));
  return {
    ...described,
    ...{ fileId: '', sha256: Buffer.alloc(0), receivedAt: '', receiveSequence: 0 },
    ...{ dataSetOffset: 1024, dataSetLength: 10_240_000, transferSyntaxUid: EXPLICIT_LE },
    ...{ callingAe: 'CLINIC', peerAddress: '127.0.0.1', device: 'CLINIC@127.0.0.1', via: 'dimse' },
  };
}

function asJson(values: Record<string, string | number>): DicomJson {
  const json: DicomJson = {};
  for (const [keyword, value] of Object.entries(values)) {
    const tag = tagOf(keyword) as number;
    json[hexOf(tag)] = { vr: vrOf(tag), Value: typeof value === 'string' ? value.split('\\') : [value] };
  }
  return json;
}

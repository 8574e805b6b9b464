import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Archive } from '../../src/archive/archive.ts';
import { tagOf } from '../../src/dicom/dictionary.ts';
import { openArchive, store } from '../support/archive.ts';
import { makeInstance } from '../support/synthetic.ts';

let archive: Archive;

const STUDIES = [
  {
    patientName: 'Hong^Gildong=洪^吉洞=홍^길동',
    patientId: 'A-1',
    studyDate: '20261124',
    studyTime: '091500',
    modality: 'CR',
    accessionNumber: 'ACC1',
  },
  {
    patientName: 'KIM^MINJUN==김^민준',
    patientId: 'A-2',
    studyDate: '20261124',
    studyTime: '101530.25',
    modality: 'CT',
    accessionNumber: 'ACC2',
  },
  {
    patientName: '김^민서',
    patientId: 'B_3',
    studyDate: '20261123',
    studyTime: '1015',
    modality: 'DX',
    accessionNumber: 'ACC[3]',
  },
  {
    patientName: 'Doe^Jane',
    patientId: 'b%4',
    studyDate: '20200101',
    studyTime: '235959',
    modality: 'MR',
    accessionNumber: '',
  },
];

beforeAll(async () => {
  archive = await openArchive();
  for (const [n, study] of STUDIES.entries()) {
    await store(
      archive,
      makeInstance({
        ...study,
        studyInstanceUid: `1.2.${n}`,
        seriesInstanceUid: `1.2.${n}.1`,
        sopInstanceUid: `1.2.${n}.1.1`,
      }),
    );
  }
  await store(
    archive,
    makeInstance({
      ...STUDIES[1],
      modality: 'SR',
      studyInstanceUid: '1.2.1',
      seriesInstanceUid: '1.2.1.2',
      sopInstanceUid: '1.2.1.2.1',
    }),
  );
});

afterAll(() => archive.close());

async function patients(
  keys: Record<string, string | string[]>,
  level: 'STUDY' | 'SERIES' | 'IMAGE' = 'STUDY',
): Promise<string[]> {
  const asked = Object.entries(keys).map(([keyword, value]) => ({
    tag: tagOf(keyword) as number,
    values: [value].flat(),
  }));
  const { json } = await archive.query({ level, keys: asked });
  return (JSON.parse(json) as Record<string, { Value?: string[] }>[])
    .map((match) => match['00100020']?.Value?.[0] ?? '')
    .sort();
}

describe('matching (PS3.4 C.2.2.2)', () => {
  it.each([
    [{}, ['A-1', 'A-2', 'B_3', 'b%4']],
    [{ PatientName: 'HONG*' }, ['A-1']],
    [{ PatientName: 'hong^gildong' }, ['A-1']],
    [{ PatientName: 'Hong^Gildong^^' }, ['A-1']],
    [{ PatientName: '홍*' }, ['A-1']],
    [{ PatientName: '洪^吉洞' }, ['A-1']],
    [{ PatientName: '*김*' }, ['A-2', 'B_3']],
    [{ PatientName: '김^민?' }, ['A-2', 'B_3']],
    [{ PatientName: 'kim^*=*=김*' }, ['A-2']],
    [{ PatientName: '*' }, ['A-1', 'A-2', 'B_3', 'b%4']],
    [{ PatientID: 'A-?' }, ['A-1', 'A-2']],
    [{ PatientID: 'a-1' }, []],
    [{ PatientID: 'B_3' }, ['B_3']],
    [{ PatientID: 'A_1' }, []],
    [{ PatientID: '%' }, []],
    [{ PatientID: "x' OR '1'='1" }, []],
    [{ PatientID: '[A]-1' }, []],
    [{ AccessionNumber: 'ACC[3]*' }, ['B_3']],
    [{ StudyDate: '20261124' }, ['A-1', 'A-2']],
    [{ StudyDate: '20261123-20261124' }, ['A-1', 'A-2', 'B_3']],
    [{ StudyDate: '-20261123' }, ['B_3', 'b%4']],
    [{ StudyDate: '20261124-' }, ['A-1', 'A-2']],
    [{ StudyDate: '2026.11.24' }, ['A-1', 'A-2']],
    [{ StudyTime: '090000-100000' }, ['A-1']],
    [{ StudyTime: '1015-1016' }, ['A-2', 'B_3']],
    [{ StudyTime: '101530.25' }, ['A-2']],
    [{ ModalitiesInStudy: 'SR' }, ['A-2']],
    [{ ModalitiesInStudy: ['CR', 'DX'] }, ['A-1', 'B_3']],
    [{ Modality: 'CT' }, ['A-2']],
    [{ StudyInstanceUID: ['1.2.0', '1.2.3', '9.9'] }, ['A-1', 'b%4']],
    [{ SOPInstanceUID: '1.2.1.2.1' }, ['A-2']],
    [{ StudyDate: '20261124', ModalitiesInStudy: 'CT', PatientName: '김*' }, ['A-2']],
  ] as [Record<string, string | string[]>, string[]][])('%j finds %j', async (keys, expected) => {
    expect(await patients(keys)).toEqual([...expected].sort());
  });

  it('matches keys of the levels above at SERIES and IMAGE level', async () => {
    expect(await patients({ PatientName: '김*', Modality: 'SR' }, 'SERIES')).toEqual(['A-2']);
    expect(await patients({ StudyInstanceUID: '1.2.1' }, 'IMAGE')).toEqual(['A-2', 'A-2']);
  });

  it('answers a value that its VR does not allow with QUERY_INVALID', async () => {
    await expect(patients({ StudyDate: 'yesterday' })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    await expect(patients({ StudyTime: '25:61' })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  });

  it('answers three thousand wildcards like one', async () => {
    expect(await patients({ PatientID: '*'.repeat(3000) })).toHaveLength(4);
    expect(await patients({ PatientName: `${'*'.repeat(3000)}길동` })).toEqual(['A-1']);
  });

  it('returns the counts kept in the row', async () => {
    const { json } = await archive.query({ level: 'STUDY', keys: [{ tag: 0x0020000d, values: ['1.2.1'] }] });
    const [study] = JSON.parse(json) as Record<string, { Value?: unknown[] }>[];
    expect(study?.['00201206']?.Value).toEqual([2]);
    expect(study?.['00201208']?.Value).toEqual([2]);
    expect(study?.['00080061']?.Value).toEqual(['CT', 'SR']);
  });

  it('pages without overlap while studies arrive', async () => {
    const own = await openArchive();
    for (let n = 0; n < 7; n++) await store(own, makeInstance({ studyInstanceUid: `1.7.${n}` }));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await own.query({ level: 'STUDY', keys: [], limit: 3, ...(after !== undefined && { after }) });
      seen.push(
        ...(JSON.parse(page.json) as Record<string, { Value: string[] }>[]).map(
          (study) => study['0020000D']?.Value[0] ?? '',
        ),
      );
      after = page.after;
      await store(own, makeInstance());
    } while (after !== undefined);
    expect(seen).toEqual(['1.7.6', '1.7.5', '1.7.4', '1.7.3', '1.7.2', '1.7.1', '1.7.0']);
    await own.close();
  });
});

describe('the worklist search', () => {
  it.each([
    ['길동', ['A-1']],
    ['ㅎㄱㄷ', ['A-1']],
    ['ㄱㅁ', ['A-2', 'B_3']],
    ['hong gil', ['A-1']],
    ['GILDONG', ['A-1']],
    ['홍길동', ['A-1']],
    ['a-2', ['A-2']],
    ['acc1', ['A-1']],
    ['%', ['b%4']],
  ])('%s finds %j', async (text, expected) => {
    const rows = await archive.searchStudies({ text, limit: 50 });
    expect(rows.map(({ patientId }) => patientId).sort()).toEqual(expected);
  });

  it('lists newest study dates first, filters by date and modality, and goes on where the page ended', async () => {
    const first = await archive.searchStudies({ limit: 2, from: '20261123' });
    expect(first.map(({ patientId }) => patientId)).toEqual(['A-2', 'A-1']);
    const last = first.at(-1);
    const next = await archive.searchStudies({
      limit: 2,
      from: '20261123',
      after: { studyDate: last?.studyDate ?? '', receiveSequence: last?.receiveSequence ?? 0 },
    });
    expect(next.map(({ patientId }) => patientId)).toEqual(['B_3']);
    expect(
      (await archive.searchStudies({ limit: 9, modalities: ['SR', 'DX'] })).map(({ patientId }) => patientId),
    ).toEqual(['A-2', 'B_3']);
  });
});

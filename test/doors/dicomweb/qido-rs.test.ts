import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { store } from '../../support/archive.ts';
import { makeStudy } from '../../support/synthetic.ts';
import { type DicomJsonObject, type DicomWebServer, startDicomWeb } from './dicomweb-server.ts';

let server: DicomWebServer;
const uids: string[] = [];

beforeAll(async () => {
  server = await startDicomWeb();
  const patients = [
    { patientName: 'Hong^Gildong=洪^吉洞=홍^길동', patientId: 'A[1]', modality: 'CR', studyDate: '20240301' },
    { patientName: 'Kim^Cheolsu==김^철수', patientId: 'B-2', modality: 'CT', studyDate: '20240302' },
    { patientName: 'Lee^Younghee==이^영희', patientId: 'C 3', modality: 'MR', studyDate: '20240303' },
  ];
  for (const patient of patients) {
    const instances = makeStudy(2, 2, { ...patient, accessionNumber: `ACC${patient.patientId}` });
    uids.push(instances[0]?.studyInstanceUid ?? '');
    for (const instance of instances) await store(server.archive, instance);
  }
});
afterAll(() => server.close());

const REQUESTED = {
  TimezoneOffsetFromUTC: '+0900',
  RequestAttributesSequence: {
    vr: 'SQ',
    Value: [
      { '00400009': { vr: 'SH', Value: ['S-1'] }, '00401001': { vr: 'SH', Value: ['P-1'] } },
      { '00400009': { vr: 'SH', Value: ['S-2'] } },
    ],
  },
};

async function find(path: string, headers?: Record<string, string>) {
  const response = await server.get(path, headers);
  const json = (await response.json()) as DicomJsonObject[] & { code?: string; detail?: string };
  return { response, status: response.status, json };
}

async function ids(query: string): Promise<unknown[]> {
  const { status, json } = await find(`/studies?${query}`);
  expect(status).toBe(200);
  return json.map((study) => study['00100020']?.Value?.[0]).sort();
}

describe('QIDO-RS', () => {
  it('lists studies with their URL, their patient and their counts', async () => {
    const { json, response } = await find('/studies');
    expect(response.headers.get('content-type')).toBe('application/dicom+json');
    expect(json.length).toBe(3);
    const hong = json.find((study) => study['00100020']?.Value?.[0] === 'A[1]');
    expect(hong?.['00081190']?.Value).toEqual([`${server.root}/studies/${uids[0]}`]);
    expect(hong?.['00080056']?.Value).toEqual(['ONLINE']);
    expect(hong?.['00100010']?.Value).toEqual([
      { Alphabetic: 'Hong^Gildong', Ideographic: '洪^吉洞', Phonetic: '홍^길동' },
    ]);
    expect(hong?.['00201206']?.Value).toEqual([2]);
    expect(hong?.['00201208']?.Value).toEqual([4]);
  });

  it.each([
    ['PatientID=B-2', ['B-2']],
    ['00100020=B-2', ['B-2']],
    ['0010,0020=B-2', ['B-2']],
    ['PatientName=Hong%5EGildong', ['A[1]']],
    ['PatientName=hong^*', ['A[1]']],
    [`PatientName=${encodeURIComponent('*김*')}`, ['B-2']],
    [`PatientName=${encodeURIComponent('이^영희')}`, ['C 3']],
    ['PatientID=C+3', ['C 3']],
    ['PatientID=C%203', ['C 3']],
    [`PatientID=${encodeURIComponent('A[1]')}`, ['A[1]']],
    [`PatientID=${encodeURIComponent('A[*')}`, ['A[1]']],
    ['PatientID=%25', []],
    ["PatientID='%20OR%201=1", []],
    ['StudyDate=20240302-', ['B-2', 'C 3']],
    ['StudyDate=-20240301', ['A[1]']],
    ['ModalitiesInStudy=CT,MR', ['B-2', 'C 3']],
    ['ModalitiesInStudy=CT\\MR', ['B-2', 'C 3']],
    ['Modality=CR', ['A[1]']],
    ['PatientID=', ['A[1]', 'B-2', 'C 3']],
    ['limit=0', []],
    ['fuzzymatching=true&PatientID=B-2', ['B-2']],
    ['fuzzymatching=true&PatientName=gildong+hong', ['A[1]']],
    ['fuzzymatching=true&PatientName=HONG^GIL', ['A[1]']],
    ['fuzzymatching=true&PatientName=*hong*', ['A[1]']],
    ['fuzzymatching=true&PatientName=ildong', []],
    ['fuzzymatching=true&PatientName=hong+cheolsu', []],
    [`fuzzymatching=true&PatientName=${encodeURIComponent('영희')}`, ['C 3']],
    [`fuzzymatching=true&PatientName=${encodeURIComponent('홍길동')}`, ['A[1]']],
    [`fuzzymatching=true&PatientName=${encodeURIComponent('[길')}`, []],
    ['fuzzymatching=false&PatientName=gildong', []],
    ['fuzzymatching=true&PatientName=*', ['A[1]', 'B-2', 'C 3']],
    ['patientid=B-2', ['B-2']],
    ['modalitiesinstudy=CT&includefield=patientname', ['B-2']],
    [`0020000d=${'1.2.3'}`, []],
    ['limit=2&offset=3', []],
    ['includefield=all&PatientID=B-2', ['B-2']],
    ['includefield=00081030,00080060&includefield=PatientName&PatientID=B-2&_=17', ['B-2']],
  ])('matches %s', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  it.each([',', '\\', '%5C', '%2C'])('takes a list of UIDs divided by %s', async (separator) => {
    expect(await ids(`StudyInstanceUID=${uids[0]}${separator}${uids[2]}`)).toEqual(['A[1]', 'C 3']);
  });

  it('searches series and instances, under a study and everywhere', async () => {
    const series = await find(`/studies/${uids[0]}/series?includefield=0008103E`);
    expect(series.json.length).toBe(2);
    const [first] = series.json;
    const seriesUid = first?.['0020000E']?.Value?.[0] as string;
    expect(first?.['00081190']?.Value).toEqual([`${server.root}/studies/${uids[0]}/series/${seriesUid}`]);
    expect(first?.['00201209']?.Value).toEqual([2]);
    const instances = await find(`/studies/${uids[0]}/series/${seriesUid}/instances`);
    expect(instances.json.map((one) => one['00200013']?.Value?.[0])).toEqual([1, 2]);
    const uid = instances.json[0]?.['00080018']?.Value?.[0] as string;
    const url = instances.json[0]?.['00081190']?.Value?.[0] as string;
    expect(url).toBe(`${server.root}/studies/${uids[0]}/series/${seriesUid}/instances/${uid}`);
    expect((await find(`/studies/${uids[1]}/instances`)).json.length).toBe(4);
    expect((await find('/series?Modality=CT')).json.length).toBe(2);
    expect((await find('/instances?PatientID=C%203')).json.length).toBe(4);
    expect((await find(`/studies/${uids[0]}/series?StudyInstanceUID=${uids[1]}`)).json).toEqual([]);
  });

  it('answers with all that PS3.18 Tables 10.6.3-3 to 10.6.3-5 require', async () => {
    const own = await startDicomWeb();
    const [instance] = makeStudy(1, 1, { attributes: REQUESTED });
    if (instance) await store(own.archive, instance);
    const found = async (path: string) => ((await (await own.get(path)).json()) as DicomJsonObject[])[0] ?? {};
    const missing = (object: DicomJsonObject, tags: string) => tags.split(' ').filter((tag) => !(tag in object));
    const study = await found('/studies');
    const always = '00080005 00080056 00080201 00081190';
    const ofStudy = `${always} 00080020 00080030 00080050 00080061 00080090 00100010 00100020 00100030 00100040`;
    expect(missing(study, `${ofStudy} 0020000D 00200010 00201206 00201208`)).toEqual([]);
    expect([study['00080005']?.Value, study['00080201']?.Value]).toEqual([['ISO_IR 192'], ['+0900']]);
    const ofSeries = `${always} 00080060 0008103E 0020000E 00200011 00201209 00400244 00400245 00400275`;
    const series = await found(`/studies/${instance?.studyInstanceUid}/series`);
    expect(missing(series, ofSeries)).toEqual([]);
    expect(series['00400275']?.Value).toEqual([
      { '00400009': { vr: 'SH', Value: ['S-1'] }, '00401001': { vr: 'SH', Value: ['P-1'] } },
      { '00400009': { vr: 'SH', Value: ['S-2'] }, '00401001': { vr: 'SH' } },
    ]);
    const ofInstance = `${always} 00080016 00080018 00200013 00280008 00280010 00280011 00280100`;
    expect(missing(await found('/instances'), ofInstance)).toEqual([]);
    await own.close();
  });

  it('searches in the Request Attributes Sequence, by tag and by keyword', async () => {
    const own = await startDicomWeb();
    for (const instance of makeStudy(1, 1, { attributes: REQUESTED })) await store(own.archive, instance);
    const count = async (path: string) => ((await (await own.get(path)).json()) as unknown[]).length;
    expect(await count('/series?00400275.00400009=S-2')).toBe(1);
    expect(await count('/series?RequestAttributesSequence.ScheduledProcedureStepID=S-*')).toBe(1);
    expect(await count('/studies?00400275.00401001=P-1')).toBe(1);
    expect(await count('/series?00400275.00400009=S')).toBe(0);
    expect(await count('/series?00400275.00400009=S-1&00400275.00401001=P-2')).toBe(0);
    await own.close();
  });

  it('pages without overlap and warns that there is more', async () => {
    const pages = [0, 1, 2, 3].map((offset) => find(`/studies?limit=1&offset=${offset}`));
    const found = await Promise.all(pages);
    expect(found.map(({ json }) => json.length)).toEqual([1, 1, 1, 0]);
    expect(new Set(found.flatMap(({ json }) => json.map((study) => study['0020000D']?.Value?.[0]))).size).toBe(3);
    expect(found[0]?.response.headers.get('warning')).toMatch(/^299 .*additional results/);
    expect(found[2]?.response.headers.get('warning')).toBeNull();
  });

  it('does not shift the pages of a search when studies arrive between them', async () => {
    const own = await startDicomWeb();
    const uidOf = (study: DicomJsonObject | undefined) => study?.['0020000D']?.Value?.[0];
    const page = async (offset: number) => {
      const response = await own.get(`/studies?limit=2&offset=${offset}&Modality=CR`);
      return ((await response.json()) as DicomJsonObject[]).map(uidOf);
    };
    const arrive = async () => {
      const [instance] = makeStudy(1, 1, { modality: 'CR' });
      if (instance) await store(own.archive, instance);
      return instance?.studyInstanceUid;
    };
    const before = [await arrive(), await arrive(), await arrive()].reverse();
    const first = await page(0);
    const late = await arrive();
    const second = await page(2);
    expect([...first, ...second]).toEqual(before);
    expect((await page(0))[0]).toBe(late);
    await own.close();
  });

  it.each([['br'], ['gzip']])('compresses long answers by %s', async (encoding) => {
    const { response, json } = await find('/instances?includefield=all&limit=5000', { 'accept-encoding': encoding });
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(json.length).toBe(12);
    const own = await startDicomWeb();
    for (const instance of makeStudy(1, 120)) await store(own.archive, instance);
    const long = await own.get('/instances?includefield=all', { 'accept-encoding': encoding });
    expect(long.headers.get('content-encoding')).toBe(encoding);
    expect(((await long.json()) as unknown[]).length).toBe(120);
    await own.close();
  });

  it('warns about what it cannot do instead of failing', async () => {
    const unknown = await find('/studies?includefield=SliceThickness&PatientID=B-2');
    expect([unknown.status, unknown.json.length]).toEqual([200, 1]);
    expect(unknown.response.headers.get('warning')).toContain('SliceThickness');
    const sequence = await find('/studies?00321064.00080100=x&PatientID=B-2');
    expect(sequence.status).toBe(200);
    expect(sequence.response.headers.get('warning')).toContain('00321064.00080100');
  });

  it.each([
    'limit=-1',
    'limit=1&limit=2',
    'limit=abc',
    'limit=1e3',
    'offset=-5',
    'offset=1.5',
    'fuzzymatching=perhaps',
    'NoSuchAttribute=1',
    'includefield=NoSuchAttribute',
    'StudyDate=yesterday',
    'StudyDate=20240302-20240301x',
    'StudyTime=25:99',
    'StudyInstanceUID=../../etc',
    'PatientID=1&PatientID=2',
    'PatientID=1&00100020=2',
    `PatientName=${'x'.repeat(2000)}`,
    'PatientID=%00',
  ])('answers 400 to %s', async (query) => {
    const { status, json } = await find(`/studies?${query}`);
    expect(status).toBe(400);
    expect(json.code).toBe('QUERY_INVALID');
  });

  it('answers 400 to what is no UTF-8', async () => {
    const { status, json } = await find('/studies?PatientName=%B1%E8');
    expect([status, json.code]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('is not slowed down by thousands of wildcards', async () => {
    expect(await ids(`PatientName=${'*'.repeat(1000)}x`)).toEqual([]);
  });

  it.each([
    [undefined, 200, 'application/dicom+json'],
    ['*/*', 200, 'application/dicom+json'],
    ['application/json', 200, 'application/json'],
    ['application/dicom+xml, application/dicom+json;q=0.5', 200, 'application/dicom+json'],
    ['multipart/related; type="application/dicom+xml"', 406, 'application/json; charset=utf-8'],
  ])('for Accept %s answers %i', async (accept, status, type) => {
    const { response } = await find('/studies', accept === undefined ? {} : { accept });
    expect([response.status, response.headers.get('content-type')]).toEqual([status, type]);
  });

  it('writes one row for each search, without what was searched for', async () => {
    await find('/studies?PatientName=Secret^Name&limit=5');
    await server.audit.flush();
    const [row] = await server.archive.database.read('accessRows', { limit: 1 });
    expect([row?.who, row?.action, row?.detail]).toEqual(['tester', 'query', 'STUDY PatientName: 0']);
  });
});

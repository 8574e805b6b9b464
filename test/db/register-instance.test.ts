import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Connection, type Connections } from '../../src/db/connection.ts';
import { migrate } from '../../src/db/migrate.ts';
import { type RegisteredFile, registerInstance } from '../../src/db/operations/register-instance.ts';
import { QUERY_KEYS } from '../../src/dicom/query-keys.ts';

function connections(): Connections {
  const index = new Connection(':memory:', 'write');
  const records = new Connection(':memory:', 'write');
  migrate(index, 'index');
  migrate(records, 'records');
  return { index, records };
}

interface Arrival {
  sequence: number;
  content: number;
  device: string | null;
  patient: string;
  study: string;
  sop: string;
}

function fileOf({ sequence, content, device, patient, study, sop }: Arrival): RegisteredFile {
  return {
    fileId: `20261124-aaaaaa-${sequence}`,
    dataSetOffset: 1000,
    dataSetLength: 100 + content,
    sha256: Buffer.alloc(32, content),
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    receivedAt: new Date(1_795_000_000_000 + sequence).toISOString(),
    receiveSequence: sequence,
    callingAe: 'CT1',
    peerAddress: '10.0.0.1',
    device,
    via: 'dimse',
    patientKey: `id:${patient}`,
    nameAlphabetic: 'hong',
    nameIdeographic: '',
    namePhonetic: '',
    searchText: 'hong',
    attributes: {
      sop_instance_uid: sop,
      sop_class_uid: '1.2.840.10008.5.1.4.1.1.2',
      study_instance_uid: study,
      series_instance_uid: `${study}.1`,
      modality: 'CT',
      patient_id: patient,
    },
  };
}

function picture({ index }: Connections): unknown {
  return {
    roles: index.all('SELECT file_id, role FROM instances ORDER BY file_id'),
    studies: index.all(
      `SELECT study_instance_uid, patient_id, number_of_study_related_series AS series,
              number_of_study_related_instances AS instances, bytes, modalities_in_study, sop_classes_in_study
         FROM studies WHERE number_of_study_related_instances > 0 ORDER BY study_instance_uid, patient_id`,
    ),
  };
}

const arrival = fc.record({
  content: fc.integer({ min: 0, max: 3 }),
  device: fc.constantFrom(null, 'CT1@10.0.0.1', 'CT2@10.0.0.2'),
  patient: fc.constantFrom('P1', 'P2'),
  study: fc.constantFrom('1.2.1', '1.2.2'),
  sop: fc.constantFrom('1.1', '1.2'),
});

describe('registering an instance', () => {
  it('has a column for every key of the table', () => {
    const { index } = connections();
    const tables = { PATIENT: 'studies', STUDY: 'studies', SERIES: 'series', IMAGE: 'instances' } as const;
    const missing = QUERY_KEYS.filter(({ level, column }) => {
      if (column === null) return false;
      const columns = index.all<{ name: string }>(`PRAGMA table_info(${tables[level]})`).map(({ name }) => name);
      return !columns.includes(column);
    });
    expect(missing.map(({ keyword }) => keyword)).toEqual([]);
  });

  it('fills what a study lacks from a later image, replaces nothing, and remembers the first and last arrival', () => {
    const db = connections();
    const base = { device: null, patient: 'P1', study: '1.2.1', content: 1 };
    const arrives = (sequence: number, attributes: Record<string, string>) => {
      const file = fileOf({ ...base, sequence, sop: `1.${sequence}` });
      registerInstance(db, { ...file, attributes: { ...file.attributes, ...attributes } });
    };
    arrives(5, { study_description: 'CHEST' });
    arrives(7, { study_description: 'ABDOMEN', accession_number: 'A1' });
    arrives(3, { accession_number: 'A2' });
    expect(
      db.index.get(`SELECT study_description, accession_number, receive_sequence,
        substr(received_at, 18) AS first, substr(last_received_at, 18) AS last FROM studies`),
    ).toEqual({
      study_description: 'CHEST',
      accession_number: 'A1',
      receive_sequence: 3,
      first: '40.003Z',
      last: '40.007Z',
    });
  });

  it('makes the newer bytes of the same device current and keeps the older as a prior version', () => {
    const db = connections();
    const base = { device: 'CT1@10.0.0.1', patient: 'P1', study: '1.2.1', sop: '1.1' };
    expect(registerInstance(db, fileOf({ ...base, sequence: 1, content: 1 })).kind).toBe('stored');
    expect(registerInstance(db, fileOf({ ...base, sequence: 2, content: 2 })).kind).toBe('new-version');
    expect(db.index.all('SELECT role FROM instances ORDER BY receive_sequence')).toEqual([{ role: 1 }, { role: 0 }]);
    expect(db.index.get('SELECT number_of_study_related_instances AS n, bytes FROM studies')).toEqual({
      n: 1,
      bytes: 102,
    });
  });

  it('keeps the first current when another device, an unapproved device, study or patient sends other bytes', () => {
    for (const change of [{ device: 'CT2@10.0.0.2' }, { device: null }, { study: '1.2.2' }, { patient: 'P2' }]) {
      const db = connections();
      const base = { device: 'CT1@10.0.0.1', patient: 'P1', study: '1.2.1', sop: '1.1' };
      registerInstance(db, fileOf({ ...base, sequence: 1, content: 1 }));
      expect(registerInstance(db, fileOf({ ...base, ...change, sequence: 2, content: 2 })).kind).toBe(
        'needs-attention',
      );
      expect(db.index.all('SELECT role FROM instances ORDER BY receive_sequence')).toEqual([{ role: 0 }, { role: 2 }]);
    }
  });

  it('knows the same bytes again, as current, prior or kept aside', () => {
    const db = connections();
    const base = { device: 'CT1@10.0.0.1', patient: 'P1', study: '1.2.1', sop: '1.1' };
    registerInstance(db, fileOf({ ...base, sequence: 1, content: 1 }));
    registerInstance(db, fileOf({ ...base, sequence: 2, content: 2 }));
    expect(registerInstance(db, fileOf({ ...base, sequence: 3, content: 1 }))).toEqual({
      kind: 'already-stored',
      fileId: '20261124-aaaaaa-1',
    });
    expect(db.index.get('SELECT count(*) AS n FROM changes')).toEqual({ n: 2 });
  });

  it('arrives at the same roles and counts in whatever order a rebuild reads the files', () => {
    fc.assert(
      fc.property(
        fc.array(arrival, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        (arrivals, stream) => {
          const files = arrivals.map((one, n) => fileOf({ ...one, sequence: n + 1 }));
          const received = connections();
          const kept = files.filter((file) => registerInstance(received, file).kind !== 'already-stored');
          const rebuilt = connections();
          const order = kept
            .map((file) => ({ file, key: stream.next().value as number }))
            .sort((a, b) => a.key - b.key);
          for (const { file } of order) registerInstance(rebuilt, file);
          expect(picture(rebuilt)).toEqual(picture(received));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps counts equal to what counting would give', () => {
    fc.assert(
      fc.property(fc.array(arrival, { minLength: 1, maxLength: 12 }), (arrivals) => {
        const db = connections();
        for (const [n, one] of arrivals.entries()) registerInstance(db, fileOf({ ...one, sequence: n + 1 }));
        const kept = db.index.all(
          'SELECT id, number_of_study_related_instances AS i, number_of_study_related_series AS s FROM studies ORDER BY id',
        );
        const counted = db.index.all(
          `SELECT st.id, count(i.id) AS i, count(DISTINCT iif(i.id IS NULL, NULL, se.id)) AS s
             FROM studies st LEFT JOIN series se ON se.study = st.id LEFT JOIN instances i ON i.series = se.id AND i.role = 0
            GROUP BY st.id ORDER BY st.id`,
        );
        expect(kept).toEqual(counted);
      }),
      { numRuns: 60 },
    );
  });
});

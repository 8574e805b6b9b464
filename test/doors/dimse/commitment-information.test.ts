import { expect, it } from 'vitest';
import { encodeDataSet } from '../../../src/dicom/encode-data-set.ts';
import { commitmentReportJson } from '../../../src/dicom/storage-commitment.ts';
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE } from '../../../src/dicom/transfer-syntaxes.ts';
import { encodeReport } from '../../../src/doors/dimse/commitment-information.ts';

it.each([IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE])(
  'a report in slices is the report in one piece: %s',
  async (syntax) => {
    const results = Array.from({ length: 1001 }, (_, n) => ({
      sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
      sopInstanceUid: `1.2.3.${n}`,
      failureReason: n % 2 === 0 ? 0 : 0x112,
    }));
    for (const count of [1, 401, 1001]) {
      const report = { transactionUid: '1.2.3', results: results.slice(0, count) };
      const whole = encodeDataSet(commitmentReportJson(report.transactionUid, report.results), syntax, []);
      expect((await encodeReport(report, syntax)).equals(whole)).toBe(true);
    }
  },
);

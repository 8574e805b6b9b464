import { describe, expect, it } from 'vitest';
import { bulkValue } from '../../src/rendering/bulk.ts';
import { makeInstance } from '../support/synthetic.ts';
import { fileOf } from './instance-file.ts';

const ECG = '1.2.840.10008.5.1.4.1.1.9.1.1';

describe('The value of an attribute inside a sequence', () => {
  it('is found in an object without pixel data, like the curves of an ECG', () => {
    const curves = Buffer.from('0100020003000400', 'hex');
    const instance = makeInstance({
      sopClassUid: ECG,
      pixelBytes: 0,
      attributes: {
        WaveformSequence: {
          vr: 'SQ',
          Value: [{ '54001010': { vr: 'OW', InlineBinary: curves.toString('base64') } }],
        },
      },
    });
    const value = bulkValue(fileOf(instance), '54000100/1/54001010');
    if (value.kind !== 'range') throw new Error('expected a range of the file');
    expect(instance.dataSet.subarray(value.start, value.end).toString('hex')).toBe(curves.toString('hex'));
  });
});

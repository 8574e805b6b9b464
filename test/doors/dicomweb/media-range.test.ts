import { describe, expect, it } from 'vitest';
import { acceptedRanges, covers } from '../../../src/doors/dicomweb/media-range.ts';

function types(header: string | undefined, query?: string): string[] {
  return acceptedRanges(header, query).map((range) => range.type);
}

describe('the Accept header', () => {
  it('gives the type and parameters of a multipart range, quoted or not', () => {
    const [range] = acceptedRanges('multipart/related; type="application/dicom"; transfer-syntax=*');
    expect(range?.type).toBe('multipart/related');
    expect(range?.parameters.get('type')).toBe('application/dicom');
    expect(range?.parameters.get('transfer-syntax')).toBe('*');
    expect(acceptedRanges('multipart/related; type=image/jls')[0]?.parameters.get('type')).toBe('image/jls');
  });

  it('does not split at a comma inside a quoted string', () => {
    expect(types('multipart/related; type="a,b;c", image/png')).toEqual(['multipart/related', 'image/png']);
  });

  it('sorts by quality and leaves out what is not wanted', () => {
    expect(types('image/png;q=0.5, image/jpeg, text/html;q=0')).toEqual(['image/jpeg', 'image/png']);
  });

  it.each([undefined, '', '   ', 'nonsense', ';;;'])('takes %j as anything', (header) => {
    expect(types(header)).toEqual(['*/*']);
  });

  it('puts the query parameter before the header', () => {
    expect(types('image/jpeg', 'application/pdf')).toEqual(['application/pdf', 'image/jpeg']);
  });

  it('knows what a range covers', () => {
    expect(covers('*/*', 'image/jpeg')).toBe(true);
    expect(covers('image/*', 'image/jpeg')).toBe(true);
    expect(covers('image/*', 'application/pdf')).toBe(false);
    expect(covers('image/jpeg', 'image/png')).toBe(false);
  });
});

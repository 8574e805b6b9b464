import { describe, expect, it } from 'vitest';
import { hexOf, keywordOf, registeredVr, tagOf, vrOf } from '../../src/dicom/dictionary.ts';
import { DATA_ELEMENTS, REPEATING_ELEMENTS } from '../../src/dicom/dictionary-table.ts';
import { isKnownVr } from '../../src/dicom/vr.ts';

describe('the dictionary', () => {
  it('knows tags by keyword and by number in any writing', () => {
    for (const form of ['PatientName', '00100010', '0010,0010', '(0010,0010)']) expect(tagOf(form)).toBe(0x00100010);
    expect(tagOf('7fe00010')).toBe(0x7fe00010);
    expect(tagOf('7FE0,0010')).toBe(0x7fe00010);
    for (const form of ['', 'patientname', '0010001', '00100010x', 'constructor']) expect(tagOf(form)).toBeUndefined();
  });

  it('writes tags as DICOM JSON does', () => {
    expect([hexOf(0x7fe00010), hexOf(0x00080005), hexOf(0xfffee000)]).toEqual(['7FE00010', '00080005', 'FFFEE000']);
  });

  it.each([
    [0x00100010, 'PN', 'PatientName'],
    [0x00000002, 'UI', 'AffectedSOPClassUID'],
    [0x00280010, 'US', 'Rows'],
    [0x00280106, 'US', 'SmallestImagePixelValue'],
    [0x7fe00010, 'OW', 'PixelData'],
    [0x00283006, 'OW', 'LUTData'],
    [0x52009230, 'SQ', 'PerFrameFunctionalGroupsSequence'],
    [0xfffafffa, 'SQ', 'DigitalSignaturesSequence'],
    [0x60023000, 'OW', 'OverlayData'],
    [0x60040010, 'US', 'OverlayRows'],
    [0x50060005, 'US', 'CurveDimensions'],
    [0x002031ab, 'CS', 'SourceImageIDs'],
    [0x00080000, 'UL', undefined],
    [0x00090010, 'LO', undefined],
    [0x00091001, 'UN', undefined],
    [0x00090000, 'UL', undefined],
    [0x00081234, 'UN', undefined],
  ])('%i has VR %s and keyword %s', (tag, vr, keyword) => {
    expect([vrOf(tag), keywordOf(tag)]).toEqual([vr, keyword]);
  });

  it('finds every line of its table, which ascends and has only known VRs and keywords once', () => {
    const lines = DATA_ELEMENTS.split('\n');
    const keywords = new Set<string>();
    let last = -1;
    for (const line of lines) {
      const [tag, vr, keyword] = [Number.parseInt(line.slice(0, 8), 16), line.slice(8, 10), line.slice(10)];
      expect(line).toMatch(/^[0-9A-F]{8}(?:[A-Z]{2}|xs|ox|xw)[A-Za-z0-9]+$/);
      expect(tag).toBeGreaterThan(last);
      expect([registeredVr(tag), keywordOf(tag), tagOf(keyword)]).toEqual([vr, keyword, tag]);
      expect(isKnownVr(vrOf(tag))).toBe(true);
      keywords.add(keyword);
      last = tag;
    }
    expect(keywords.size).toBe(lines.length);
    for (const line of REPEATING_ELEMENTS.split('\n')) {
      expect(line).toMatch(/^[0-9A-Fx]{8}(?:[A-Z]{2}|ox)[A-Za-z0-9]+$/);
      expect(vrOf(Number.parseInt(line.slice(0, 8).replaceAll('x', 'E'), 16))).toBe(
        line.slice(8, 10).replace('ox', 'OW'),
      );
    }
  });
});

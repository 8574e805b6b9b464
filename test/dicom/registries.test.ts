import { describe, expect, it } from 'vitest';
import { isNonStorageSopClass, SOP_CLASS, STORAGE_SOP_CLASSES, sopClassName } from '../../src/dicom/sop-classes.ts';
import { STATUSES, statusEntry, statusKind } from '../../src/dicom/status.ts';
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  TRANSFER_SYNTAXES,
  transferSyntax,
} from '../../src/dicom/transfer-syntaxes.ts';
import { isStorableUid, isUid, newUid } from '../../src/dicom/uid.ts';

describe('UIDs', () => {
  it.each(['1.2.840.10008.1.1', '0.0', '2.25.329800735698586629295641978511506172918', '1'])('%s is a UID', (uid) => {
    expect([isUid(uid), isStorableUid(uid)]).toEqual([true, true]);
  });

  it.each(['1.02.3', '1..2', '.1', '1.', '1.a', `1.${'2'.repeat(63)}`, ''])('%s is none', (uid) => {
    expect(isUid(uid)).toBe(false);
  });

  it('accepts the hashed UIDs of de-identified images, and nothing that could leave a path', () => {
    expect(isStorableUid('Abc-09.z')).toBe(true);
    expect(isStorableUid('a'.repeat(64))).toBe(true);
    for (const uid of ['', 'a'.repeat(65), '../x', 'a/b', 'a\\b', 'a b', '1.2\n', '1.2\0', '1.2*', 'é']) {
      expect(isStorableUid(uid)).toBe(false);
    }
  });

  it('makes new ones that are valid and differ', () => {
    const made = Array.from({ length: 100 }, newUid);
    expect(made.every((uid) => isUid(uid) && uid.startsWith('2.25.'))).toBe(true);
    expect(new Set(made).size).toBe(100);
  });
});

describe('SOP Classes', () => {
  it('count as storage unless they are known as something else', () => {
    const storage = [
      SOP_CLASS.CTImageStorage,
      '1.2.840.10008.5.1.4.1.1.3',
      '1.3.12.2.1107.5.9.1',
      '1.2.840.10008.5.1.4.1.1.9999',
    ];
    expect(storage.map(isNonStorageSopClass)).toEqual([false, false, false, false]);
    const others = [
      SOP_CLASS.Verification,
      SOP_CLASS.StudyRootFind,
      SOP_CLASS.PatientRootGet,
      SOP_CLASS.ModalityWorklistFind,
      SOP_CLASS.StorageCommitmentPushModel,
      SOP_CLASS.ModalityPerformedProcedureStep,
      SOP_CLASS.UnifiedProcedureStepPush,
      SOP_CLASS.MediaStorageDirectory,
      '1.2.840.10008.5.1.1.9',
    ];
    expect(others.every(isNonStorageSopClass)).toBe(true);
  });

  it('are listed once each with a name, and none of the storage ones is known as something else', () => {
    const uids = STORAGE_SOP_CLASSES.map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(uids.length);
    for (const { uid, name } of STORAGE_SOP_CLASSES) {
      expect([isUid(uid), sopClassName(uid), isNonStorageSopClass(uid)]).toEqual([true, name, false]);
      expect(name).toMatch(/\S/);
    }
    expect(STORAGE_SOP_CLASSES.length).toBeGreaterThan(180);
  });

  it('that code refers to have names', () => {
    for (const [key, uid] of Object.entries(SOP_CLASS)) expect([key, sopClassName(uid)]).not.toContain(undefined);
    expect(sopClassName(SOP_CLASS.StudyRootFind)).toBe('Study Root Query/Retrieve Information Model - FIND');
    expect(sopClassName('1.2.3')).toBeUndefined();
  });
});

describe('Transfer Syntaxes', () => {
  it.each([
    [IMPLICIT_LE, { explicitVr: false, bigEndian: false, deflated: false, encapsulated: false }],
    [EXPLICIT_LE, { explicitVr: true, bigEndian: false, deflated: false, encapsulated: false }],
    [EXPLICIT_BE, { explicitVr: true, bigEndian: true, retired: true }],
    [DEFLATED_LE, { explicitVr: true, deflated: true, encapsulated: false }],
    ['1.2.840.10008.1.2.4.50', { encapsulated: true, lossy: true, mediaType: 'image/jpeg' }],
    ['1.2.840.10008.1.2.4.201', { encapsulated: true, mediaType: 'image/jphc' }],
    ['1.2.840.10008.1.2.5', { encapsulated: true, mediaType: 'image/dicom-rle' }],
    ['1.2.840.10008.1.2.4.102', { encapsulated: true, mediaType: 'video/mp4' }],
    ['1.2.840.10008.1.2.4.205', { encapsulated: false, deflated: true }],
    ['1.2.840.10008.1.2.8.1', { encapsulated: true, deflated: false }],
  ])('%s is described', (uid, expected) => {
    expect(transferSyntax(uid)).toMatchObject(expected);
  });

  it('are listed once each; an unknown one is unknown', () => {
    expect(new Set(TRANSFER_SYNTAXES.map(({ uid }) => uid)).size).toBe(TRANSFER_SYNTAXES.length);
    expect(TRANSFER_SYNTAXES.every(({ uid, name }) => isUid(uid) && name !== '')).toBe(true);
    expect(transferSyntax('1.2.840.113619.5.2')).toBeUndefined();
  });

  it('lossless ones are not called lossy', () => {
    for (const end of ['57', '70', '80', '90', '201', '202', '110']) {
      expect(transferSyntax(`1.2.840.10008.1.2.4.${end}`)?.lossy).toBeUndefined();
    }
  });
});

describe('statuses', () => {
  it('have a kind that agrees with their number', () => {
    for (const [service, entries] of Object.entries(STATUSES)) {
      for (const entry of entries)
        expect([service, entry.code, statusKind(entry.code)]).toEqual([service, entry.code, entry.kind]);
    }
  });

  it('are found by code, within ranges too', () => {
    expect(statusEntry('storage', 0xa712)?.meaning).toBe('Refused: out of resources');
    expect(statusEntry('storage', 0xc123)?.meaning).toBe('Cannot understand');
    expect(statusEntry('move', 0xa801)?.kind).toBe('failure');
    expect(statusEntry('get', 0xa801)).toBeUndefined();
    expect(statusEntry('find', 0xff01)?.kind).toBe('pending');
    expect(statusEntry('find', 0xb000)).toBeUndefined();
  });

  it('unknown ones are failures', () => {
    expect([0x1234, 0xfeed, 0xd000].map(statusKind)).toEqual(['failure', 'failure', 'failure']);
  });
});

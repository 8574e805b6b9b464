/** Elements made by hand, right and wrong ones, for tests of the reader. */
import { DataSetError } from '../../src/dicom/data-set.ts';

/** Explicit VR little endian, short form. */
export function el(tag: number, vr: string, value: Buffer | string = '', length?: number): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  const header = Buffer.alloc(8);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.write(vr, 4, 'latin1');
  header.writeUInt16LE(length ?? bytes.length, 6);
  return Buffer.concat([header, bytes]);
}

/** Explicit VR little endian, long form. */
export function long(tag: number, vr: string, value: Buffer, length = value.length): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.write(vr, 4, 'latin1');
  header.writeUInt32LE(length, 8);
  return Buffer.concat([header, value]);
}

/** Implicit VR little endian; also items and delimiters. */
export function raw(tag: number, value: Buffer | string = '', length?: number): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  const header = Buffer.alloc(8);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.writeUInt32LE(length ?? bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

export const UNDEFINED = 0xffffffff;
export const item = (value: Buffer, length?: number) => raw(0xfffee000, value, length);
export const ITEM_END = raw(0xfffee00d);
export const SEQUENCE_END = raw(0xfffee0dd);
export const ID = el(0x00100020, 'LO', 'ID');
export const AFTER = el(0x0020000d, 'UI', '1.2\0');

/** Why the act throws; 'nothing thrown' when it does not. */
export function reasonOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof DataSetError) return error.reason;
    throw error;
  }
  return 'nothing thrown';
}

/** PDU types (PS3.8 section 9.3) and the sizes that this side accepts. */

export const PDU = {
  associateRq: 1,
  associateAc: 2,
  associateRj: 3,
  data: 4,
  releaseRq: 5,
  releaseRp: 6,
  abort: 7,
} as const;

/** Type, reserved byte, length. */
export const PDU_HEADER_BYTES = 6;

/** Item length (4), presentation context id (1), message control header (1): PS3.8 section 9.3.5.1 and Annex E.2. */
export const PDV_HEADER_BYTES = 6;

/**
 * The longest A-ASSOCIATE-RQ that is read. 128 presentation contexts with twenty transfer syntaxes each, which real
 * viewers propose for C-GET, need about 72 KB.
 */
export const MAX_ASSOCIATE_RQ_BYTES = 256 * 1024;

/** The bits of a message control header (PS3.8 Annex E.2). */
export const CONTROL = { command: 1, last: 2 } as const;

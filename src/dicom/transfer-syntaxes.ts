/** Transfer Syntaxes: how a data set is encoded (PS3.5 section 10 and Annex A, PS3.6 Table A-1). */

export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly explicitVr: boolean;
  readonly bigEndian: boolean;
  /** The whole data set is one raw deflate stream (PS3.5 section A.5). */
  readonly deflated: boolean;
  /** Pixel Data is a sequence of fragments (PS3.5 section A.4). */
  readonly encapsulated: boolean;
  /** The encoding can lose information; absent when it is always lossless. */
  readonly lossy?: boolean;
  /** Media type of a frame or video (PS3.18 Tables 8.7.3-4 and 8.7.3-5); absent when the Standard names none. */
  readonly mediaType?: string;
  readonly retired?: boolean;
}

export const IMPLICIT_LE = '1.2.840.10008.1.2';
export const EXPLICIT_LE = '1.2.840.10008.1.2.1';
export const DEFLATED_LE = '1.2.840.10008.1.2.1.99';
export const EXPLICIT_BE = '1.2.840.10008.1.2.2';

const OCTETS = 'application/octet-stream';

/**
 * One line each: UID after `1.2.840.10008.1.2`, name, flags, media type. Flags: i implicit VR, b big endian, d deflated
 * data set, e encapsulated, l lossy, r retired.
 */
const LINES = `\
|Implicit VR Little Endian|i|${OCTETS}
.1|Explicit VR Little Endian||${OCTETS}
.1.98|Encapsulated Uncompressed Explicit VR Little Endian|e|${OCTETS}
.1.99|Deflated Explicit VR Little Endian|d|${OCTETS}
.2|Explicit VR Big Endian|br|${OCTETS}
.4.50|JPEG Baseline (Process 1)|el|image/jpeg
.4.51|JPEG Extended (Process 2 and 4)|el|image/jpeg
.4.52|JPEG Extended (Process 3 and 5)|elr|image/jpeg
.4.53|JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)|elr|image/jpeg
.4.54|JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9)|elr|image/jpeg
.4.55|JPEG Full Progression, Non-Hierarchical (Process 10 and 12)|elr|image/jpeg
.4.56|JPEG Full Progression, Non-Hierarchical (Process 11 and 13)|elr|image/jpeg
.4.57|JPEG Lossless, Non-Hierarchical (Process 14)|e|image/jpeg
.4.58|JPEG Lossless, Non-Hierarchical (Process 15)|er|image/jpeg
.4.59|JPEG Extended, Hierarchical (Process 16 and 18)|elr|image/jpeg
.4.60|JPEG Extended, Hierarchical (Process 17 and 19)|elr|image/jpeg
.4.61|JPEG Spectral Selection, Hierarchical (Process 20 and 22)|elr|image/jpeg
.4.62|JPEG Spectral Selection, Hierarchical (Process 21 and 23)|elr|image/jpeg
.4.63|JPEG Full Progression, Hierarchical (Process 24 and 26)|elr|image/jpeg
.4.64|JPEG Full Progression, Hierarchical (Process 25 and 27)|elr|image/jpeg
.4.65|JPEG Lossless, Hierarchical (Process 28)|er|image/jpeg
.4.66|JPEG Lossless, Hierarchical (Process 29)|er|image/jpeg
.4.70|JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])|e|image/jpeg
.4.80|JPEG-LS Lossless|e|image/jls
.4.81|JPEG-LS Lossy (Near-Lossless)|el|image/jls
.4.90|JPEG 2000 (Lossless Only)|e|image/jp2
.4.91|JPEG 2000|el|image/jp2
.4.92|JPEG 2000 Part 2 Multi-component (Lossless Only)|e|image/jpx
.4.93|JPEG 2000 Part 2 Multi-component|el|image/jpx
.4.94|JPIP Referenced||
.4.95|JPIP Referenced Deflate|d|
.4.100|MPEG2 Main Profile / Main Level|el|video/mpeg
.4.100.1|Fragmentable MPEG2 Main Profile / Main Level|el|video/mpeg
.4.101|MPEG2 Main Profile / High Level|el|video/mpeg
.4.101.1|Fragmentable MPEG2 Main Profile / High Level|el|video/mpeg
.4.102|MPEG-4 AVC/H.264 High Profile / Level 4.1|el|video/mp4
.4.102.1|Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1|el|video/mp4
.4.103|MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1|el|video/mp4
.4.103.1|Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1|el|video/mp4
.4.104|MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video|el|video/mp4
.4.104.1|Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video|el|video/mp4
.4.105|MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video|el|video/mp4
.4.105.1|Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video|el|video/mp4
.4.106|MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2|el|video/mp4
.4.106.1|Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2|el|video/mp4
.4.107|HEVC/H.265 Main Profile / Level 5.1|el|video/mp4
.4.108|HEVC/H.265 Main 10 Profile / Level 5.1|el|video/mp4
.4.110|JPEG XL Lossless|e|image/jxl
.4.111|JPEG XL JPEG Recompression|el|image/jxl
.4.112|JPEG XL|el|image/jxl
.4.201|High-Throughput JPEG 2000 (Lossless Only)|e|image/jphc
.4.202|High-Throughput JPEG 2000 with RPCL Options (Lossless Only)|e|image/jphc
.4.203|High-Throughput JPEG 2000|el|image/jphc
.4.204|JPIP HTJ2K Referenced||
.4.205|JPIP HTJ2K Referenced Deflate|d|
.5|RLE Lossless|e|image/dicom-rle
.6.1|RFC 2557 MIME encapsulation|r|
.6.2|XML Encoding|r|
.7.1|SMPTE ST 2110-20 Uncompressed Progressive Active Video|e|
.7.2|SMPTE ST 2110-20 Uncompressed Interlaced Active Video|e|
.7.3|SMPTE ST 2110-30 PCM Digital Audio|e|
.8.1|Deflated Image Frame Compression|e|`;

function parse(line: string): TransferSyntax {
  const [uid = '', name = '', flags = '', mediaType = ''] = line.split('|');
  return {
    uid: IMPLICIT_LE + uid,
    name,
    explicitVr: !flags.includes('i'),
    bigEndian: flags.includes('b'),
    deflated: flags.includes('d'),
    encapsulated: flags.includes('e'),
    ...(flags.includes('l') ? { lossy: true } : {}),
    ...(mediaType === '' ? {} : { mediaType }),
    ...(flags.includes('r') ? { retired: true } : {}),
  };
}

/** Every Transfer Syntax of PS3.6 Annex A, retired ones marked, and Papyrus 3, which old archives still hold. */
export const TRANSFER_SYNTAXES: ReadonlyArray<TransferSyntax> = [
  ...LINES.split('\n').map(parse),
  {
    uid: '1.2.840.10008.1.20',
    name: 'Papyrus 3 Implicit VR Little Endian',
    explicitVr: false,
    bigEndian: false,
    deflated: false,
    encapsulated: false,
    retired: true,
  },
];

const byUid = new Map(TRANSFER_SYNTAXES.map((syntax) => [syntax.uid, syntax]));

/** The Transfer Syntax with this UID, or undefined for a private or unknown one. */
export function transferSyntax(uid: string): TransferSyntax | undefined {
  return byUid.get(uid);
}

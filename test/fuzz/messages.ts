/** Valid DIMSE messages for a context, as P-DATA parts cut at odd places. */
import { hexOf } from '../../src/dicom/dictionary.ts';
import { identifier } from '../support/dimse-bytes.ts';
import { makeInstance } from '../support/synthetic.ts';
import type { Random } from './random.ts';
import { ABSTRACT_SYNTAXES, type ProposedContext, TRANSFER_SYNTAXES } from './syntaxes.ts';
import { element, encode, type Part, pdu, pdv, raw } from './wire-parts.ts';

const us = (value: number): Buffer => Buffer.from([value & 0xff, value >> 8]);
const even = (text: string): Buffer => Buffer.from(text.length % 2 === 0 ? text : `${text}\0`, 'latin1');

/** The services' requests (PS3.7 Annex E). */
const REQUESTS: Record<string, number[]> = {
  [ABSTRACT_SYNTAXES.verification]: [0x30],
  [ABSTRACT_SYNTAXES.studyFind]: [0x20],
  [ABSTRACT_SYNTAXES.patientFind]: [0x20],
  [ABSTRACT_SYNTAXES.worklist]: [0x20],
  [ABSTRACT_SYNTAXES.studyMove]: [0x21],
  [ABSTRACT_SYNTAXES.patientMove]: [0x21],
  [ABSTRACT_SYNTAXES.studyGet]: [0x10],
  [ABSTRACT_SYNTAXES.patientGet]: [0x10],
  [ABSTRACT_SYNTAXES.performedStep]: [0x140, 0x120],
  [ABSTRACT_SYNTAXES.commitment]: [0x130],
};

/** One message: a request mostly, now and then a cancel or a response to nothing. */
export function messageOf(context: ProposedContext, id: number, random: Random): Part[] {
  const kind = random.fraction();
  if (kind < 0.06) return fragments(context.id, cancelCommand(random.between(0, id)), null, random);
  if (kind < 0.1) return fragments(context.id, responseCommand(id), null, random);
  const field = random.pick(REQUESTS[context.abstractSyntax] ?? [1]);
  const image = field === 1 ? imageFor(context, random) : undefined;
  const dataSet = image?.dataSet ?? (field === 0x30 ? null : identifierFor(field, random));
  const instance = image?.sopInstanceUid ?? `1.2.826.0.1.3680043.9.7777.${random.below(1000)}`;
  return fragments(
    context.id,
    requestCommand(context.abstractSyntax, field, id, instance, dataSet !== null),
    dataSet,
    random,
  );
}

function requestCommand(sopClass: string, field: number, id: number, instance: string, hasDataSet: boolean): Part[] {
  const requested = field === 0x120 || field === 0x130;
  const parts = [
    element(requested ? 0x0003 : 0x0002, even(sopClass)),
    element(0x0100, us(field)),
    element(0x0110, us(id)),
  ];
  if (field === 0x21) parts.push(element(0x0600, even('FUZZ_SINK')));
  if (field < 0x30) parts.push(element(0x0700, us(0)));
  parts.push(element(0x0800, us(hasDataSet ? 1 : 0x101)));
  if (field === 1 || field >= 0x100) parts.push(element(requested ? 0x1001 : 0x1000, even(instance)));
  if (field === 0x130) parts.push(element(0x1008, us(1)));
  return withGroupLength(parts);
}

function cancelCommand(id: number): Part[] {
  return withGroupLength([element(0x0100, us(0xfff)), element(0x0120, us(id)), element(0x0800, us(0x101))]);
}

function responseCommand(id: number): Part[] {
  const parts = [
    element(0x0100, us(0x8001)),
    element(0x0120, us(id)),
    element(0x0800, us(0x101)),
    element(0x0900, us(0)),
  ];
  return withGroupLength(parts);
}

function withGroupLength(parts: Part[]): Part[] {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(parts.reduce((sum, part) => sum + encode(part).length, 0));
  return [element(0, length), ...parts];
}

const KEYS: Record<string, readonly string[]> = {
  '00080005': ['', 'ISO_IR 192', '\\ISO 2022 IR 149', 'ISO_IR 100', 'NONSENSE'],
  '00080018': ['', '1.2.3', '1.2.3\\1.2.4', '1.*'],
  '00080020': ['', '20240229', '20240101-20241231', '-20240101', '20240101-', '2024-2023', '99999999'],
  '00080030': ['', '0900-1000', '-', '24'],
  '00080050': ['', '*', 'A?', '%', "' OR 1=1"],
  '00080052': ['STUDY', 'SERIES', 'IMAGE', 'PATIENT', '', 'NONSENSE'],
  '00080060': ['', 'CT', 'DX\\CR'],
  '00080061': ['', 'CT'],
  '00100010': [
    '',
    '*',
    'Hong*',
    'hong^?ildong',
    '홍*',
    '[a]*',
    '***************************************************************?',
  ],
  '00100020': ['', '*', '1', 'TEST-1'],
  '0020000D': ['', '1.2.3', '1.2.3\\1.2.4'],
  '0020000E': ['', '1.2.3'],
  '00400100': [''],
};

function identifierFor(field: number, random: Random): Buffer {
  const keys: Record<string, string> = {};
  for (const [tag, values] of Object.entries(KEYS)) if (random.chance(0.45)) keys[tag] = random.pick(values);
  if (field < 0x30 && random.chance(0.8)) keys['00080052'] = random.pick(['STUDY', 'SERIES', 'IMAGE', 'PATIENT']);
  return identifier(keys);
}

/** A message cut into PDVs and PDUs: usually one each, now and then many small or empty ones. */
function fragments(contextId: number, command: Part[], dataSet: Buffer | null, random: Random): Part[] {
  const parts = random.chance(0.85)
    ? [pdu(4, pdv(contextId, 3, ...command))]
    : cut(contextId, 1, Buffer.concat(command.map(encode)), random);
  return dataSet === null ? parts : [...parts, ...cut(contextId, 0, dataSet, random)];
}

function cut(contextId: number, kind: number, bytes: Buffer, random: Random): Part[] {
  const size = random.pick([bytes.length || 1, 16_000, 1000, 100]);
  const pdvs: Part[] = [];
  for (let at = 0; at < bytes.length; at += size) pdvs.push(pdv(contextId, kind, raw(bytes.subarray(at, at + size))));
  if (pdvs.length === 0 || random.chance(0.1)) pdvs.push(pdv(contextId, kind));
  (pdvs.at(-1) as Part).second |= 2;
  return random.chance(0.2) ? [pdu(4, ...pdvs)] : pdvs.map((each) => pdu(4, each));
}

/** A small image for a context, and its SOP Instance UID. */
function imageFor({ abstractSyntax, transferSyntaxes }: ProposedContext, random: Random) {
  const uid = `1.2.826.0.1.3680043.9.7777.${random.below(1e9)}.${random.below(1e9)}`;
  const known = TRANSFER_SYNTAXES.slice(0, 5).includes(transferSyntaxes[0] as string);
  return makeInstance({
    sopClassUid: abstractSyntax,
    sopInstanceUid: uid,
    studyInstanceUid: `${uid}.1`,
    seriesInstanceUid: `${uid}.2`,
    patientId: hexOf(random.below(1e6)),
    pixelBytes: random.pick([0, 64, 3000, 40_000]),
    ...(known && { transferSyntaxUid: transferSyntaxes[0] as string }),
  });
}

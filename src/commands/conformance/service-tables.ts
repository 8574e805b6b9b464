/** What associations to us may carry: SOP classes, transfer syntaxes, roles. */
import {
  NON_PATIENT_STORAGE_SOP_CLASSES,
  OTHER_SOP_CLASSES,
  STORAGE_SOP_CLASSES,
  type StorageSopClass,
  sopClassName,
} from '../../dicom/sop-classes.ts';
import { TRANSFER_SYNTAXES, transferSyntax } from '../../dicom/transfer-syntaxes.ts';
import { COMMAND } from '../../doors/dimse/command-set.ts';
import { SERVICES, type Service, STORAGE } from '../../doors/dimse/services.ts';
import { COMPRESSIBLE_TO } from '../../rendering/lossless-syntaxes.ts';
import type { Table } from './document.ts';
import { SERVICE_TITLE } from './status-tables.ts';

const OPERATIONS: Readonly<Record<number, string>> = {
  [COMMAND.storeRq]: 'C-STORE',
  [COMMAND.getRq]: 'C-GET',
  [COMMAND.findRq]: 'C-FIND',
  [COMMAND.moveRq]: 'C-MOVE',
  [COMMAND.echoRq]: 'C-ECHO',
  [COMMAND.eventReportRq]: 'N-EVENT-REPORT',
  [COMMAND.setRq]: 'N-SET',
  [COMMAND.actionRq]: 'N-ACTION',
  [COMMAND.createRq]: 'N-CREATE',
};

/** One row for each SOP class that is served, storage in one. */
export function serviceTable(): Table {
  const heading = ['SOP Class', 'UID', 'requests', 'permission', 'transfer syntaxes', 'SCP role'];
  const served = [...SERVICES].map(([uid, service]) => row(sopClassName(uid) ?? '', uid, service));
  return [heading, ...served, row('Storage (see below)', 'every other', STORAGE)];
}

function row(name: string, uid: string, service: Service): readonly string[] {
  const { commands, permission, transferSyntaxes, scpRole } = service;
  return [
    name,
    uid,
    commands.map((command) => OPERATIONS[command] ?? '').join(', '),
    permission ?? 'none',
    transferSyntaxes === null ? 'every one' : [...transferSyntaxes].map(syntaxName).join(', '),
    scpRole ?? 'not negotiated',
  ];
}

function syntaxName(uid: string): string {
  return transferSyntax(uid)?.name ?? uid;
}

/** Service class application information, by service; byte 1 is the first. */
export function extendedTable(): Table {
  const services = [...new Set(SERVICES.values()), STORAGE];
  return [
    ['service', 'byte', 'meaning', 'answer'],
    ...services.flatMap(({ name, extended }) =>
      (extended?.bytes ?? []).map(({ meaning, value }, at) => [
        SERVICE_TITLE[name],
        String(at + 1),
        meaning,
        extended?.kind === 'asked' ? `${value} where 1 is asked` : `${value} always`,
      ]),
    ),
  ];
}

const remark = ({ retired }: { readonly retired?: boolean }) => (retired === true ? 'retired' : '');
const sopClassRow = (one: StorageSopClass) => [one.name, one.uid, remark(one)];

export function storageTable(): Table {
  const classes = [...STORAGE_SOP_CLASSES, ...NON_PATIENT_STORAGE_SOP_CLASSES];
  return [['SOP Class', 'UID', ''], ...classes.map(sopClassRow)];
}

/** Standard SOP classes whose presentation contexts are refused. */
export function notServedTable(): Table {
  const classes = OTHER_SOP_CLASSES.filter(({ uid }) => !SERVICES.has(uid));
  return [['SOP Class', 'UID'], ...classes.map(({ name, uid }) => [name, uid])];
}

export function transferSyntaxTable(): Table {
  const native = TRANSFER_SYNTAXES.filter((one) => !one.encapsulated && !one.deflated && one.mediaType !== undefined);
  const made = new Set([...COMPRESSIBLE_TO, ...native.map(({ uid }) => uid)]);
  return [
    ['Transfer Syntax', 'UID', 'chosen', 'sent of images stored otherwise', ''],
    ...TRANSFER_SYNTAXES.map((one) => [
      one.name,
      one.uid,
      one.bigEndian || one.deflated ? 'last' : 'in the order proposed',
      made.has(one.uid) ? 'yes' : 'no',
      remark(one),
    ]),
  ];
}

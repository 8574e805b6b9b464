import type { NewOrder } from '../../api/orders.ts';

/** Kinds of devices that a small clinic has, by their DICOM modality. */
export const MODALITIES = ['DX', 'CR', 'US', 'CT', 'MR', 'MG', 'ES', 'XA', 'BMD', 'PX', 'OT'] as const;

/** What nobody can do without; the server has the last word. */
export const NEEDED = ['patientId', 'patientName', 'description'] as const satisfies readonly (keyof NewOrder)[];

/** An order as its form says it; what is left empty is left to the server. */
export function orderIn(fields: FormData, day: string): NewOrder {
  const text = (name: string) => String(fields.get(name) ?? '').trim();
  const names = [
    'patientId',
    'patientName',
    'birthDate',
    'sex',
    'modality',
    'description',
    'startTime',
    'accessionNumber',
  ];
  const given = names.map((name) => [name, text(name)] as const).filter(([, value]) => value !== '');
  return { ...Object.fromEntries(given), startDate: day };
}

import type { RemoteSearch } from '../../api/transfers.ts';

/**
 * What was typed as a query. A part of a name finds it: '홍길동' is also asked as '홍^길동' would be written, so every
 * name gets a star at its end, and one in Hangul a caret or star after the family name (PS3.4 section C.2.2.2.4).
 */
export function searchIn(fields: FormData): RemoteSearch {
  const text = (name: string) => String(fields.get(name) ?? '').trim();
  const name = text('patientName');
  const keys = {
    patientId: text('patientId'),
    patientName: name === '' ? '' : namePattern(name),
    from: text('from'),
    to: text('to'),
    modality: text('modality').toUpperCase(),
  };
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== ''));
}

export function namePattern(name: string): string {
  if (/[*?^]/.test(name)) return name;
  if (/^[가-힣]{2,}$/.test(name)) return `*${name.slice(0, 1)}*${name.slice(1)}*`;
  return `*${name.split(/\s+/).join('*')}*`;
}

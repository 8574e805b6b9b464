import type { NewDevice } from '../../api/devices.ts';

/** A device as its form says it. An empty address means that it is not checked; what is no port is left to the server. */
export function deviceIn(fields: FormData): NewDevice {
  const text = (name: string) => String(fields.get(name) ?? '').trim();
  const [port, charset, tls, certificate] = [text('port'), text('charset'), text('tls'), text('certificate')];
  return {
    name: text('name'),
    aeTitle: text('aeTitle'),
    host: text('host') === '' ? 'any' : text('host'),
    port: port === '' ? null : /^\d{1,6}$/.test(port) ? Number(port) : 0,
    may: fields.getAll('may').map(String),
    ...(charset === '' ? {} : { charset }),
    ...(tls === 'optional' || tls === 'only' ? { tls } : {}),
    ...(certificate === '' ? {} : { certificate: `${certificate}\n` }),
    ...(fields.get('askCommitment') === null ? {} : { askCommitment: true }),
  };
}

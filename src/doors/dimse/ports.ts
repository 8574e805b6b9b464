/** Opening a port and closing it again, with a sentence for people when it cannot be had. */
import type { AddressInfo, Server } from 'node:net';
import { ArchiveError } from '../../errors.ts';

/**
 * @param setting the name of the port's setting, e.g. 'dicom.port'
 * @returns the port: another than the given one when that is 0
 * @throws ArchiveError START_REFUSED
 */
export async function openPort(server: Server, host: string, port: number, setting: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException) => reject(portRefused(`${host}:${port}`, setting, cause));
    server.once('error', refuse);
    server.listen({ host, port }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Resolves when no connection is taken any more and those that the server counts have ended. */
export function closePort(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => server.close(() => resolve()));
}

function portRefused(place: string, setting: string, cause: NodeJS.ErrnoException): ArchiveError {
  const [ko, en] =
    cause.code === 'EADDRINUSE'
      ? ['다른 프로그램이 이미 쓰고 있습니다', 'another program uses it already']
      : [`열 수 없습니다 (${cause.code})`, `it cannot be opened (${cause.code})`];
  const detail =
    `DICOM 포트 ${place}: ${ko}. config.json의 dicom.host와 ${setting}를 확인해 주세요. / ` +
    `DICOM port ${place}: ${en}. Please check dicom.host and ${setting} in config.json.`;
  return new ArchiveError('START_REFUSED', detail, { cause });
}

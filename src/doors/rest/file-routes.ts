/** Single files: every version of an instance, a version as Part 10 file, quarantined bytes as received. */
import { identityIn, type RequestLocals } from '../../accounts/request-locals.ts';
import { encodeFileMeta } from '../../dicom/part10.ts';
import { parsePersonName } from '../../dicom/person-name.ts';
import { ArchiveError } from '../../errors.ts';
import type { RestDeps, RestHandlers } from './deps.ts';
import { json, raw, read } from './exchange.ts';
import { FilePath, QuarantinePath, Versions, VersionsQuery } from './schemas/studies.ts';
import { sendDownload } from './send-bytes.ts';

type FileRoutes = Pick<
  RestHandlers,
  'GET /api/instances' | 'GET /api/instances/:fileId/file' | 'GET /api/quarantine/:id/file'
>;

export function fileRoutes({ archive, audit }: RestDeps): FileRoutes {
  const record = (
    locals: RequestLocals,
    action: 'query' | 'download',
    of: { patientId?: string; studyInstanceUid?: string },
    detail: string,
  ) => {
    const { address, door } = locals.source;
    const { patientId, studyInstanceUid } = of;
    const { userName: who } = identityIn(locals);
    audit.record({ who, action, from: address, door, patientId, studyInstanceUid, detail, outcome: 'ok' });
  };
  return {
    'GET /api/instances': json(Versions, async ({ request, locals }) => {
      const { SOPInstanceUID } = read(VersionsQuery, request.query);
      const versions = await archive.retrieve.versions(SOPInstanceUID);
      const [first] = versions;
      if (first) record(locals, 'query', first, `versions: ${versions.length}`);
      return { instances: versions.map(versionView) };
    }),

    'GET /api/instances/:fileId/file': raw(async (exchange) => {
      const { fileId } = read(FilePath, exchange.request.params);
      const [instance] = await archive.retrieve.instances({ fileId });
      if (!instance) throw new ArchiveError('NOT_FOUND');
      record(exchange.locals, 'download', instance, `${instance.role} ${instance.fileId}`);
      await sendDownload(exchange, {
        fileName: `${instance.fileId}.dcm`,
        mediaType: 'application/dicom',
        head: encodeFileMeta(instance),
        length: instance.dataSetLength,
        read: (sink) => archive.retrieve.read(instance, 0, instance.dataSetLength, sink),
      });
    }),

    'GET /api/quarantine/:id/file': raw(async (exchange) => {
      const row = await archive.quarantined(read(QuarantinePath, exchange.request.params).id);
      if (!row) throw new ArchiveError('NOT_FOUND');
      record(exchange.locals, 'download', {}, `quarantine ${row.id}`);
      await sendDownload(exchange, {
        fileName: `quarantine-${row.id}.dcm`,
        mediaType: 'application/octet-stream',
        head: Buffer.alloc(0),
        length: row.bytes,
        read: (sink) => archive.readQuarantined(row, sink),
      });
    }),
  };
}

type Version = Awaited<ReturnType<RestDeps['archive']['retrieve']['versions']>>[number];

function versionView(version: Version) {
  return {
    fileId: version.fileId,
    role: version.role,
    sha256: version.sha256,
    bytes: version.dataSetLength,
    transferSyntaxUid: version.transferSyntaxUid,
    sopClassUid: version.sopClassUid,
    sopInstanceUid: version.sopInstanceUid,
    seriesInstanceUid: version.seriesInstanceUid,
    studyInstanceUid: version.studyInstanceUid,
    patientId: version.patientId,
    patientName: parsePersonName(version.patientName),
    receivedAt: version.receivedAt,
    callingAe: version.callingAe,
    peerAddress: version.peerAddress,
  };
}

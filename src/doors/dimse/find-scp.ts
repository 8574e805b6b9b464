/** Query as SCP, Patient Root and Study Root (PS3.4 section C.4.1, PS3.7 section 9.3.2). */
import type { Archive } from '../../archive/archive.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import type { RequestHandler } from './conversation.ts';
import { describeQuery, encodeAnswer, type FindRequest, readFindIdentifier } from './find-identifier.ts';
import { createQueryHandler } from './query-scp.ts';

/** Answers C-FIND-RQ. */
export function createFindHandler(archive: Pick<Archive, 'query'>, aeTitle: string): RequestHandler {
  return createQueryHandler<FindRequest, DicomJson, string>({
    service: 'find',
    read: (identifier, { context }, { device }) => readFindIdentifier(identifier, context, device),
    async page({ level, keys, requested, combinesDateTime }, limit, after) {
      const asked = { level, keys, returnTags: requested, combinesDateTime, limit };
      const page = await archive.query({ ...asked, ...(after !== undefined && { after }) });
      return { matches: JSON.parse(page.json) as DicomJson[], after: page.after };
    },
    encode: (match, asked, transferSyntaxUid) => encodeAnswer(match, asked, aeTitle, transferSyntaxUid),
    describe: describeQuery,
  });
}

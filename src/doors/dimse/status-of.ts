/** The DIMSE status of a failure: the error table's, put into the words of the service that answers (PS3.4, PS3.7 Annex C). */
import { ERRORS, type ErrorCode } from '../../error-table.ts';
import type { Service } from './services.ts';

export const STATUS = {
  success: 0x0000,
  cancelled: 0xfe00,
  pending: 0xff00,
  /** Some of the requested optional keys are not supported. */
  pendingWithUnsupportedKeys: 0xff01,
  subOperationsFailed: 0xb000,
  cannotCountMatches: 0xa701,
  cannotPerformSubOperations: 0xa702,
  moveDestinationUnknown: 0xa801,
  cannotUnderstand: 0xc000,
  sopClassUnsupported: 0x0122,
  invalidAttributeValue: 0x0106,
  processingFailure: 0x0110,
  duplicateSopInstance: 0x0111,
  noSuchSopInstance: 0x0112,
  noSuchEventType: 0x0113,
  invalidArgumentValue: 0x0115,
  invalidSopInstance: 0x0117,
  missingAttribute: 0x0120,
  missingAttributeValue: 0x0121,
  noSuchAction: 0x0123,
  notAuthorised: 0x0124,
  unrecognizedOperation: 0x0211,
  resourceLimitation: 0x0213,
} as const;

const OUT_OF_RESOURCES = 0xa700;
/**
 * N services know the general statuses only (PS3.7 section 10.1). C-FIND and retrievals know no 0110H, and retrievals no plain A700H (PS3.4 tables
 * C.4-1 to C.4-3).
 */
export function statusOf(code: ErrorCode, service: Service['name']): number {
  const status: number = ERRORS[code].dimse;
  if (service === 'mpps' || service === 'commitment') {
    return status === OUT_OF_RESOURCES ? STATUS.resourceLimitation : STATUS.processingFailure;
  }
  const retrieval = service === 'get' || service === 'move';
  if (retrieval && status === OUT_OF_RESOURCES) return STATUS.cannotCountMatches;
  const query = service === 'find' || service === 'worklist';
  if ((query || retrieval) && status === STATUS.processingFailure) return STATUS.cannotUnderstand;
  return status;
}

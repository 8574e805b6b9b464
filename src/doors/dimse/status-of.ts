/** The DIMSE status of a failure: the error table's, put into the words of the service that answers (PS3.4, PS3.7 Annex C). */
import { ERRORS, type ErrorCode } from '../../errors.ts';
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
  invalidSopInstance: 0x0117,
  missingAttribute: 0x0120,
  missingAttributeValue: 0x0121,
  notAuthorised: 0x0124,
  unrecognizedOperation: 0x0211,
} as const;

const OUT_OF_RESOURCES = 0xa700;
/** N-CREATE and N-SET know the general statuses only (PS3.7 sections 10.1.3.1.9 and 10.1.5.1.9). */
const RESOURCE_LIMITATION = 0x0213;

/** C-FIND and retrievals know no 0110H, and retrievals no plain A700H (PS3.4 tables C.4-1 to C.4-3). */
export function statusOf(code: ErrorCode, service: Service['name']): number {
  const status: number = ERRORS[code].dimse;
  if (service === 'mpps') return status === OUT_OF_RESOURCES ? RESOURCE_LIMITATION : STATUS.processingFailure;
  const retrieval = service === 'get' || service === 'move';
  if (retrieval && status === OUT_OF_RESOURCES) return STATUS.cannotCountMatches;
  const query = service === 'find' || service === 'worklist';
  if ((query || retrieval) && status === STATUS.processingFailure) return STATUS.cannotUnderstand;
  return status;
}

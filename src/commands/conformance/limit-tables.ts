/** How long and how much: what can be set, and what is fixed. */
import { INFLATED_HEAD } from '../../archive/describe-instance.ts';
import { MOST_SELECTED } from '../../archive/retrieve.ts';
import { SETTINGS } from '../../config/settings.ts';
import { MAX_ELEMENTS, MAX_NESTING } from '../../dicom/data-set-reader.ts';
import { MAX_COMMITMENT_BYTES } from '../../doors/dimse/commitment-scp.ts';
import { MOST_UIDS } from '../../doors/dimse/get-identifier.ts';
import { MAX_IDENTIFIER_BYTES } from '../../doors/dimse/identifier-sink.ts';
import { MAX_COMMAND_BYTES } from '../../doors/dimse/message-reader.ts';
import { REQUESTER_LIMITS } from '../../doors/dimse/requester-settings.ts';
import { MOST_FAILED_UIDS } from '../../doors/dimse/sub-operations.ts';
import { timeLimits } from '../../doors/dimse/time-limits.ts';
import { MAX_CONTEXTS } from '../../doors/dimse/upper-layer/negotiation.ts';
import { MAX_ASSOCIATE_RQ_BYTES } from '../../doors/dimse/upper-layer/pdu-types.ts';
import { MAX_INFLATED_BYTES } from '../../rendering/header.ts';
import type { Table } from './document.ts';

type Dicom = (typeof SETTINGS)['shape']['dicom'];
type Setting = keyof ReturnType<Dicom['parse']>;

const MEANING: Readonly<Record<Setting, string>> = {
  aeTitle: 'our AE title',
  host: 'address to listen on',
  port: 'port without TLS',
  tlsPort: 'port with TLS; null: none',
  tlsClientCertificates: 'certificates of peers',
  unknownDevices: 'what a device that nobody has approved may do',
  strictCalledAe: 'refuse associations that call another AE title',
  maxAssociations: 'associations at a time',
  reservedForDevices: 'of these, kept for approved devices; null: a quarter, at most 32',
  maxPerAddress: 'unapproved connections of one address; null: half of those not kept',
  maxPduLength: 'bytes of P-DATA that we take',
  artimSeconds: 'from the connection to the last byte of the association request',
  idleSeconds: 'without a finished message or 16 KB',
  answerSeconds: 'from the last byte of an image to its answer; then A-ABORT, and the image is filed all the same',
  commitmentHours: 'how long a commitment report is tried',
  commitmentMostOpen: 'open commitment transactions of a device',
};

interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Bounds[];
  readonly default?: unknown;
}

/** Keys of `dicom` in config.json. */
export function settingTable(): Table {
  const { properties = {} } = SETTINGS.shape.dicom.toJSONSchema({ io: 'input' }) as {
    properties?: Record<string, Bounds>;
  };
  return [
    ['`dicom.…`', 'default', 'from – to', 'meaning'],
    ...Object.entries(properties).map(([name, bounds]) => [
      `\`${name}\``,
      JSON.stringify(bounds.default),
      boundsText(bounds),
      MEANING[name as Setting],
    ]),
  ];
}

function boundsText({ minimum, maximum, enum: values, anyOf = [] }: Bounds): string {
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(', ');
  if (minimum !== undefined) return `${minimum} – ${maximum}`;
  return anyOf[0] === undefined ? '' : boundsText(anyOf[0]);
}

const MS = 1000;
const seconds = (ms: number) => `${ms / MS} s`;
const bytes = (count: number) => (count < 1 << 20 ? `${count / 1024} KB` : `${count / (1 << 20)} MB`);

export function fixedLimitTable(): Table {
  const { writeStallMs, lingerMs } = timeLimits({ artimSeconds: 1, idleSeconds: 3600, answerSeconds: 1 });
  const { connectMs, associateMs, responseMs, releaseMs } = REQUESTER_LIMITS;
  return [
    ['limit', 'value', 'beyond it'],
    ['presentation contexts, with odd and distinct ids', `${MAX_CONTEXTS}`, 'A-ASSOCIATE-RJ'],
    ['A-ASSOCIATE-RQ', bytes(MAX_ASSOCIATE_RQ_BYTES), 'A-ABORT'],
    ['command set', bytes(MAX_COMMAND_BYTES), 'A-ABORT'],
    ['identifier', bytes(MAX_IDENTIFIER_BYTES), 'A900'],
    ['action information of a commitment request', bytes(MAX_COMMITMENT_BYTES), '0213'],
    ['UIDs in one retrieval', `${MOST_UIDS}`, 'A900'],
    ['instances of one retrieval', `${MOST_SELECTED}`, 'A900'],
    ['Failed SOP Instance UID List', `${MOST_FAILED_UIDS}`, 'counted, not listed'],
    ['sequences within one another', `${MAX_NESTING}`, 'C000, A900'],
    ['elements of a data set or item', `${MAX_ELEMENTS}`, 'C000, A900'],
    ['deflated data set, for its keys', bytes(INFLATED_HEAD), 'only so much is read'],
    ['deflated data set, for its pictures', bytes(MAX_INFLATED_BYTES), 'not shown, not transcoded'],
    ['peer that reads none of our answers', seconds(writeStallMs), 'closed'],
    ['close after our last PDU', seconds(lingerMs), 'closed'],
    ['as requester: connection', seconds(connectMs), 'failed'],
    ['as requester: answer to A-ASSOCIATE-RQ', seconds(associateMs), 'A-ABORT'],
    ['as requester: response', seconds(responseMs), 'A-ABORT'],
    ['as requester: peer that reads nothing', seconds(REQUESTER_LIMITS.writeStallMs), 'A-ABORT'],
    ['as requester: answer to A-RELEASE-RQ', seconds(releaseMs), 'A-ABORT'],
  ];
}

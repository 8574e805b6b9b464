/** WADO-URI: one object by query parameters (PS3.18 section 9). */
import type { StoredInstance } from '../../archive/retrieve.ts';
import { EXPLICIT_LE } from '../../dicom/transfer-syntaxes.ts';
import { ArchiveError } from '../../errors.ts';
import type { Region, RenderOptions } from '../../rendering/jobs.ts';
import { clientSignal } from './answer.ts';
import { contentOfBytes } from './content.ts';
import type { Door, Exchange } from './door.ts';
import { parameter } from './query-string.ts';
import { makeWindow, qualityOf, sizeOf } from './render-parameters.ts';
import { sendSingle } from './send-content.ts';
import { chosenContent } from './transcoded-part.ts';
import { bulkPart } from './wado-bulk.ts';

const DICOM = 'application/dicom';
const PDF = 'application/pdf';
const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';

export async function retrieveByUri(door: Door, exchange: Exchange): Promise<void> {
  const instance = await requestedInstance(door, exchange);
  const type = contentTypeFor(exchange, instance);
  if (type === DICOM) return sendDicom(door, exchange, instance);
  door.trail.opened(exchange.request, exchange.response, instance);
  if (type === PDF) {
    return sendSingle(exchange, bulkPart(door, instance, await door.rendering.bulk(instance, '00420011')));
  }
  const options = optionsFor(exchange, instance, type);
  const picture = await door.rendering.rendered(instance, options, clientSignal(exchange.response));
  await sendSingle(exchange, { contentType: picture.mediaType, content: contentOfBytes(picture.bytes) });
}

async function requestedInstance(door: Door, { parameters }: Exchange): Promise<StoredInstance> {
  if (parameter(parameters, 'requestType') !== 'WADO') throw invalid('requestType=WADO is missing');
  if ((parameter(parameters, 'anonymize') ?? '') !== '') throw invalid('anonymize is not supported');
  const [study, series, object] = ['studyUID', 'seriesUID', 'objectUID'].map((name) => parameter(parameters, name));
  if (!study || !series || !object) throw invalid('studyUID, seriesUID and objectUID are needed');
  const [instance] = await door.archive.retrieve.instances({
    studyInstanceUid: study,
    seriesInstanceUid: series,
    sopInstanceUid: object,
  });
  if (!instance) throw new ArchiveError('NOT_FOUND', 'no such object');
  return instance;
}

/** The first type of the list that can be sent; without a list images are shown, everything else is handed over. */
function contentTypeFor({ parameters }: Exchange, instance: StoredInstance): string {
  const isPdf = instance.sopClassUid === ENCAPSULATED_PDF;
  const isImage = instance.rows !== null;
  const asked = (parameter(parameters, 'contentType') ?? '').split(',').map((type) => type.split(';')[0]?.trim() ?? '');
  if (asked.every((type) => type === '')) return isImage && instance.numberOfFrames === 1 ? 'image/jpeg' : DICOM;
  for (const type of asked) {
    if (type === DICOM || type === '*/*') return DICOM;
    if (isPdf && type === PDF) return PDF;
    if (!isPdf && (type === 'image/jpeg' || type === 'image/png')) return type;
  }
  throw new ArchiveError('NOT_ACCEPTABLE', 'sent as application/dicom, image/jpeg or image/png');
}

/** Without the parameter the default of PS3.18 section 8.7.3.5.2; `*` stands for the stored bytes here too. */
async function sendDicom(door: Door, exchange: Exchange, instance: StoredInstance): Promise<void> {
  const asked = parameter(exchange.parameters, 'transferSyntax') || undefined;
  const choice = { syntaxUid: asked === '*' ? 'stored' : (asked ?? EXPLICIT_LE), named: asked !== undefined };
  const { transferSyntaxUid, content } = await chosenContent(door, instance, choice);
  door.trail.downloaded(exchange.request, exchange.response, instance);
  return sendSingle(exchange, { contentType: `${DICOM}; transfer-syntax=${transferSyntaxUid}`, content });
}

function optionsFor({ parameters }: Exchange, instance: StoredInstance, type: string): RenderOptions {
  const value = (name: string) => parameter(parameters, name) || undefined;
  const center = value('windowCenter');
  const width = value('windowWidth');
  const rows = value('rows');
  const columns = value('columns');
  const region = value('region');
  const frame = Number(value('frameNumber') ?? 1);
  if (!Number.isInteger(frame) || frame < 1) throw invalid('frameNumber is counted from 1');
  return {
    frame,
    format: type === 'image/png' ? 'png' : 'jpeg',
    quality: qualityOf(value('imageQuality')),
    ...((rows ?? columns) !== undefined && { viewport: sizeOf(Number(columns ?? rows), Number(rows ?? columns)) }),
    ...(region !== undefined && { region: regionOf(region, instance) }),
    ...((center ?? width) !== undefined && { window: makeWindow(center, width, 'linear') }),
  };
}

/** 'left,top,right,bottom', each a part of the whole side from 0 to 1 (PS3.18 section 9). */
function regionOf(text: string, instance: StoredInstance): Region {
  const corners = text.split(',').map((number) => (number.trim() === '' ? Number.NaN : Number(number)));
  const [left = 0, top = 0, right = 0, bottom = 0] = corners;
  if (corners.length !== 4 || !(left >= 0 && left < right && right <= 1 && top >= 0 && top < bottom && bottom <= 1)) {
    throw invalid('region=left,top,right,bottom from 0 to 1');
  }
  const [columns, rows] = [instance.columns ?? 0, instance.rows ?? 0];
  return { left: left * columns, top: top * rows, width: (right - left) * columns, height: (bottom - top) * rows };
}

function invalid(detail: string): ArchiveError {
  return new ArchiveError('REQUEST_INVALID', detail);
}

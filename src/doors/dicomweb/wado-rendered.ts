/** WADO-RS: rendered images and thumbnails (PS3.18 sections 10.4.1.1.3 and 10.4.1.1.4). */
import type { StoredInstance } from '../../archive/retrieve.ts';
import { ArchiveError } from '../../errors.ts';
import type { Picture } from '../../rendering/kept-pictures.ts';
import { clientSignal, pathParameter } from './answer.ts';
import { contentOfBytes } from './content.ts';
import { type Door, type Exchange, instancesOf } from './door.ts';
import { MultipartFraming } from './multipart-writer.ts';
import { negotiateOctets, negotiateOne } from './negotiate.ts';
import { sendPlaceholder } from './placeholder.ts';
import { parameter } from './query-string.ts';
import { type RenderParameters, renderParameters } from './render-parameters.ts';
import { frameNumbers, type Part, sendMultipart, sendSingle } from './send-content.ts';
import { bulkPart } from './wado-bulk.ts';

const ENCAPSULATED_DOCUMENT = '00420011';
/** Encapsulated PDF, CDA, STL, OBJ and MTL. */
const ENCAPSULATED = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.104\.\d+$/;
const FORMATS = { 'image/jpeg': 'jpeg', 'image/png': 'png', 'image/gif': 'gif' } as const;
const MAX_RENDERED_FRAMES = 100;

/** A rendered instance or frames of it; of a series or study the one that stands for it. */
export async function retrieveRendered(door: Door, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const instance = representative(await instancesOf(door, request));
  if (ENCAPSULATED.test(instance.sopClassUid)) return sendDocument(door, exchange, instance);
  const frames = framesOf(exchange);
  const wanted = renderParameters(exchange.parameters);
  const form = negotiateOne(exchange.accept, exchange.acceptParameter, ['image/jpeg', 'image/png', 'image/gif']);
  const format = FORMATS[form.type];
  const signal = clientSignal(response);
  const render = (frame: number) => door.rendering.rendered(instance, { frame, format, ...wanted }, signal);
  await sendPictures(door, exchange, instance, form.multipart, frames, render);
}

export async function retrieveThumbnail(door: Door, exchange: Exchange): Promise<void> {
  const instance = representative(await instancesOf(door, exchange.request));
  const form = negotiateOne(exchange.accept, exchange.acceptParameter, ['image/jpeg']);
  const wanted = renderParameters(exchange.parameters);
  const asked = pathParameter(exchange.request, 'frames');
  const [frame] = asked === undefined ? [undefined] : frameNumbers(asked);
  const make = () => thumbnail(door, instance, frame, wanted);
  await sendPictures(door, exchange, instance, form.multipart, [frame ?? 1], make);
}

/** One size is kept ready; a client that insists on another gets it. */
function thumbnail(
  door: Door,
  instance: StoredInstance,
  frame: number | undefined,
  { viewport }: RenderParameters,
): Promise<Picture> {
  const usual = !viewport || Math.max(viewport.width, viewport.height) === 256;
  if (usual) return door.rendering.thumbnail(instance, frame);
  const middle = frame ?? Math.floor(instance.numberOfFrames / 2) + 1;
  return door.rendering.rendered(instance, { frame: middle, format: 'jpeg', quality: 80, viewport });
}

function framesOf({ request }: Exchange): number[] {
  const asked = pathParameter(request, 'frames');
  if (asked === undefined) return [1];
  const frames = frameNumbers(asked);
  if (frames.length > MAX_RENDERED_FRAMES) throw new ArchiveError('REQUEST_INVALID', 'too many frames at once');
  return frames;
}

async function sendPictures(
  door: Door,
  exchange: Exchange,
  instance: StoredInstance,
  multipart: boolean,
  frames: readonly number[],
  render: (frame: number) => Promise<Picture>,
): Promise<void> {
  const [first = 1, ...others] = frames;
  const made = await render(first).catch((failure: unknown) => sendPlaceholder(exchange, failure));
  if (!made) return;
  const picture = partOf(made);
  door.trail.opened(exchange.request, exchange.response, instance);
  if (!multipart && others.length === 0) return sendSingle(exchange, picture);
  const all = async function* () {
    yield picture;
    for (const frame of others) yield partOf(await render(frame));
  };
  await sendMultipart(exchange, new MultipartFraming(picture.contentType), all());
}

function partOf({ bytes, mediaType }: Picture): Part {
  return { contentType: mediaType, content: contentOfBytes(bytes) };
}

/** A document is rendered by showing it as it is. */
async function sendDocument(door: Door, exchange: Exchange, instance: StoredInstance): Promise<void> {
  const value = await door.rendering.bulk(instance, ENCAPSULATED_DOCUMENT);
  const stored = { mediaType: value.mediaType, transferSyntaxUid: instance.transferSyntaxUid };
  const anything = parameter(exchange.parameters, 'accept') ?? exchange.accept ?? '';
  if (!anything.includes('*/*') && anything !== '') negotiateOctets(anything, undefined, stored, true);
  door.trail.opened(exchange.request, exchange.response, instance);
  const shown = value.mediaType === 'application/pdf';
  exchange.response.setHeader('Content-Disposition', shown ? 'inline' : 'attachment');
  await sendSingle(exchange, bulkPart(door, instance, value));
}

/** The middle one of those that have an image, else the first. */
function representative(instances: readonly [StoredInstance, ...StoredInstance[]]): StoredInstance {
  const images = instances.filter((instance) => instance.rows !== null);
  return images[Math.floor(images.length / 2)] ?? instances[0];
}

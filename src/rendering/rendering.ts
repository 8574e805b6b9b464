/** What doors and followers ask for when they need more of an instance than its stored bytes. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ArchiveError } from '../errors.ts';
import type { Log } from '../log.ts';
import { DerivedFiles } from './derived-files.ts';
import { type FrameTable, weightOf } from './frame-table.ts';
import type {
  BulkValue,
  ImageFacts,
  InstanceFile,
  NamedInstance,
  PixelValues,
  RenderedImage,
  RenderOptions,
} from './jobs.ts';
import { KeptPictures, type Picture } from './kept-pictures.ts';
import { LruCache } from './lru-cache.ts';
import { type MetadataSubject, type MetadataText, MetadataTexts } from './metadata-text.ts';
import { ServiceRoots } from './service-roots.ts';
import { type PieceSink, Transcoding } from './transcoding.ts';
import { type RunOptions, WorkerPool } from './worker-pool.ts';

export interface RenderingSettings {
  dataDir: string;
  log: Log;
  /** Processes at most; 2 to 4 by the number of processors when absent. */
  workers?: number;
  /** Idle processes end after so many ms. */
  idleMs?: number;
  /** Free bytes that pictures kept on disk must leave alone. */
  reserveBytes?: number;
}

/** An instance as `archive.retrieve` gives it. */
export type RenderableInstance = NamedInstance & { readonly fileId: string; readonly numberOfFrames: number };

export const THUMBNAIL_PIXELS = 256;
const PREVIEW_PIXELS = 1600;
export const DEFAULT_QUALITY = 90;
const THUMBNAIL_QUALITY = 80;
const LIGHT_TIMEOUT_MS = 20_000;
const HEAVY_TIMEOUT_MS = 60_000;
const HEAVY = { timeoutMs: HEAVY_TIMEOUT_MS, failure: 'NOT_RENDERABLE', heavy: true } as const;
const FRAME_TABLE_BYTES = 16 << 20;
const METADATA_BYTES = 32 << 20;
/** Sizes whose pictures are worth keeping; a browser window's own size hardly comes again. */
const KEPT_SIZES = new Set([256, 512, 1024, 1600, 2048]);

export class Rendering {
  readonly #pool: WorkerPool;
  readonly #log: Log;
  readonly #frameTables = new LruCache<FrameTable>(FRAME_TABLE_BYTES, weightOf);
  readonly #metadata: MetadataTexts;
  readonly #pictures: KeptPictures;
  /** What was made from images and is kept on disk. */
  readonly derived: DerivedFiles;
  readonly roots: ServiceRoots;

  constructor(settings: RenderingSettings) {
    this.#log = settings.log;
    this.#pool = new WorkerPool({
      script: new URL('./worker.ts', import.meta.url),
      size: settings.workers ?? Math.min(4, Math.max(2, availableParallelism())),
      idleMs: settings.idleMs ?? 30_000,
      heapMb: 512,
      spillFolder: join(settings.dataDir, 'derived'),
    });
    this.derived = new DerivedFiles(join(settings.dataDir, 'derived'), settings.reserveBytes ?? 2e9);
    this.roots = new ServiceRoots(this.derived);
    this.#pictures = new KeptPictures(this.derived);
    const makeBatch = (instances: readonly NamedInstance[], root: string) => this.#metadataBatch(instances, root);
    this.#metadata = new MetadataTexts(METADATA_BYTES, this.derived, makeBatch);
  }

  /** DICOM JSON (PS3.18 section 10.4.1.1.2). `root` is the absolute URL of the DICOMweb service. */
  metadata(subject: MetadataSubject, root: string): MetadataText {
    if (subject.series) this.roots.note(root);
    return this.#metadata.of(subject, root);
  }

  /** Writes what is going to be asked for: the metadata of a series as its client will see it. */
  prepareMetadata(series: readonly RenderableInstance[], root: string): Promise<void> {
    return this.#metadata.prepare(series, root, (batch) => this.#metadataBatch(batch, root, { background: true }));
  }

  /** Makes the thumbnail and the preview of an image unless they are there. What cannot be rendered is passed over. */
  async preparePictures(instance: RenderableInstance): Promise<void> {
    const wanted = preparedPictures(instance);
    await this.#pictures.prepare(instance.fileId, [...wanted.keys()], (missing) => {
      const options = missing.map((variant) => wanted.get(variant) as RenderOptions);
      return this.#renderSizes(instance, options as [RenderOptions], { background: true });
    });
  }

  /** The image has gone, or is no longer shown: what was made from it goes. Bytes kept in memory go with time. */
  forget(fileId: string): Promise<void> {
    return this.#pictures.forget(fileId);
  }

  /** @throws ArchiveError NOT_FOUND without pixel data, PIXEL_DATA_DAMAGED, DATA_SET_DAMAGED */
  async frameTable(instance: RenderableInstance): Promise<FrameTable> {
    const known = this.#frameTables.get(instance.fileId);
    if (known) return known;
    const table = await this.#pool.run('frameTable', { file: fileOf(instance) }, light('PIXEL_DATA_DAMAGED'));
    this.#frameTables.set(instance.fileId, table);
    return table;
  }

  /** Frames (from 1) of a table of layout 'made', as explicit VR little endian. */
  frameBytes(instance: RenderableInstance, frames: readonly number[], signal?: AbortSignal): Promise<Uint8Array[]> {
    const input = { file: fileOf(instance), frames };
    return this.#pool.run('frameBytes', input, { ...light('PIXEL_DATA_DAMAGED'), ...(signal && { signal }) });
  }

  /**
   * A frame (from 1) in another transfer syntax, one of `FRAME_SYNTAXES`, pixel for pixel the same.
   * @throws ArchiveError NOT_RENDERABLE with the reason, NOT_FOUND, PIXEL_DATA_DAMAGED
   */
  async frameIn(
    instance: RenderableInstance,
    frame: number,
    syntaxUid: string,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const input = { file: fileOf(instance), syntaxUid, frame };
    const [bytes] = await this.#pool.run('frameIn', input, { ...HEAVY, ...(signal && { signal }) });
    return bytes as Uint8Array;
  }

  /** The attribute behind a BulkDataURI. @throws ArchiveError NOT_FOUND */
  bulk(instance: RenderableInstance, path: string): Promise<BulkValue> {
    return this.#pool.run('bulk', { file: fileOf(instance), path }, light('DATA_SET_DAMAGED'));
  }

  /**
   * The instance in another transfer syntax, without loss: uncompressed in any byte order, or compressed to one of
   * `COMPRESSIBLE_TO`. `stored` reads bytes [start, end) of the stored data set.
   * @throws ArchiveError NOT_RENDERABLE with the reason, PIXEL_DATA_DAMAGED, DATA_SET_DAMAGED
   */
  async transcoded(
    instance: RenderableInstance,
    syntaxUid: string,
    stored: (start: number, end: number, sink: PieceSink) => Promise<void>,
  ): Promise<Transcoding> {
    const file = fileOf(instance);
    const plan = await this.#pool.run('transcodePlan', { file, syntaxUid }, HEAVY);
    return Transcoding.of(plan, {
      file,
      syntaxUid,
      stored,
      frameTable: () => this.frameTable(instance),
      frame: (input) => this.#pool.run('transcodeFrame', input, HEAVY),
      turned: (start, end, unit) => this.#pool.run('turnedRange', { file, start, end, unit }, HEAVY),
    });
  }

  /** @throws ArchiveError NOT_RENDERABLE with the reason, NOT_FOUND for a frame that is not there */
  rendered(instance: RenderableInstance, options: RenderOptions, signal?: AbortSignal): Promise<Picture> {
    const variant = keptVariant(options);
    if (variant === undefined) return this.#render(instance, options, signal);
    return this.#kept(instance, variant, options);
  }

  /** A JPEG that fits into 256 × 256; the middle frame unless another is asked for. */
  thumbnail(instance: RenderableInstance, frame = middleFrame(instance)): Promise<Picture> {
    return this.#kept(instance, thumbnailVariant(frame), thumbnailOptions(frame));
  }

  /** @throws ArchiveError NOT_RENDERABLE when it is no image */
  facts(instance: RenderableInstance, frame: number): Promise<ImageFacts> {
    return this.#pool.run('imageFacts', { file: fileOf(instance), frame }, light('DATA_SET_DAMAGED'));
  }

  /** Values of a greyscale frame, at most `side` pixels wide and high. @throws ArchiveError NOT_RENDERABLE with the reason */
  pixelValues(instance: RenderableInstance, frame: number, side: number, signal?: AbortSignal): Promise<PixelValues> {
    const input = { file: fileOf(instance), frame, side };
    return this.#pool.run('pixelValues', input, { ...HEAVY, ...(signal && { signal }) });
  }

  /** Ends the processes. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  async #metadataBatch(instances: readonly NamedInstance[], root: string, how: { background?: boolean } = {}) {
    const input = { instances: instances.map(nameOf), root };
    const batch = await this.#pool.run('metadata', input, { ...light('DATA_SET_DAMAGED'), ...how });
    for (const { sopInstanceUid, detail } of batch.unreadable) {
      this.#log.warn({ sopInstanceUid, detail }, 'metadata of an instance could not be read');
    }
    return batch;
  }

  #kept(instance: RenderableInstance, variant: string, options: RenderOptions): Promise<Picture> {
    return this.#pictures.picture(instance.fileId, variant, () => this.#render(instance, options));
  }

  async #render(instance: RenderableInstance, options: RenderOptions, signal?: AbortSignal): Promise<Picture> {
    const [picture] = await this.#renderSizes(instance, [options], signal ? { signal } : {});
    return picture as Picture;
  }

  #renderSizes(
    instance: RenderableInstance,
    options: readonly [RenderOptions, ...RenderOptions[]],
    how: Pick<RunOptions, 'signal' | 'background'>,
  ): Promise<RenderedImage[]> {
    const input = { file: fileOf(instance), sopClassUid: instance.sopClassUid, options };
    return this.#pool.run('render', input, { ...HEAVY, ...how });
  }
}

/** The frame that stands for a multi-frame image. */
export function middleFrame({ numberOfFrames }: { numberOfFrames: number }): number {
  return Math.floor(numberOfFrames / 2) + 1;
}

function thumbnailVariant(frame: number): string {
  return `${frame}.thumbnail.jpg`;
}

function thumbnailOptions(frame: number): RenderOptions {
  const viewport = { width: THUMBNAIL_PIXELS, height: THUMBNAIL_PIXELS };
  return { frame, format: 'jpeg', quality: THUMBNAIL_QUALITY, viewport };
}

/** What is made of an image when it has arrived, by variant. */
function preparedPictures(instance: RenderableInstance): Map<string, RenderOptions> {
  const frame = middleFrame(instance);
  const viewport = { width: PREVIEW_PIXELS, height: PREVIEW_PIXELS };
  const preview: RenderOptions = { frame, format: 'jpeg', quality: DEFAULT_QUALITY, viewport };
  return new Map([
    [keptVariant(preview) as string, preview],
    [thumbnailVariant(frame), thumbnailOptions(frame)],
  ]);
}

function light(failure: ArchiveError['code']) {
  return { timeoutMs: LIGHT_TIMEOUT_MS, failure };
}

/** Name of the kept file; undefined for pictures that are made each time. */
function keptVariant({ frame, format, quality, viewport, window, region }: RenderOptions): string | undefined {
  if (window || region || format !== 'jpeg' || quality !== DEFAULT_QUALITY) return undefined;
  if (!viewport) return `${frame}.full.jpg`;
  const { width, height } = viewport;
  return width === height && KEPT_SIZES.has(width) ? `${frame}.${width}.jpg` : undefined;
}

/** Only what the worker needs goes through structured clone. */
function fileOf({ path, dataSetOffset, dataSetLength, transferSyntaxUid }: InstanceFile): InstanceFile {
  return { path, dataSetOffset, dataSetLength, transferSyntaxUid };
}

function nameOf(instance: NamedInstance): NamedInstance {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid } = instance;
  return { ...fileOf(instance), studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid };
}

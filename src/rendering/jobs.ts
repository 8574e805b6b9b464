/** What the appliance asks the render processes for. Everything here passes through structured clone. */
import type { FrameTable } from './frame-table.ts';
import type { ImageFormat } from './image-format.ts';

/** Where the bytes of one SOP Instance lie; a worker opens the file itself. Lengths in bytes. */
export interface InstanceFile {
  readonly path: string;
  readonly dataSetOffset: number;
  readonly dataSetLength: number;
  readonly transferSyntaxUid: string;
}

/** An instance with its names, for metadata. */
export interface NamedInstance extends InstanceFile {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
}

export interface MetadataBatch {
  /** UTF-8: the instances' JSON objects in the order asked for, joined by commas. */
  readonly json: Uint8Array;
  /** Instances whose header could not be read whole: the object holds the UIDs alone. */
  readonly unreadable: { sopInstanceUid: string; detail: string }[];
}

/** One attribute's value: a byte range of the stored data set, or bytes where those had to be made. */
export type BulkValue =
  | { readonly kind: 'range'; readonly start: number; readonly end: number; readonly mediaType: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly mediaType: string };

export interface Viewport {
  /** The image is scaled to fit into this many pixels; it is never enlarged beyond. */
  readonly width: number;
  readonly height: number;
}

/** In columns and rows of the image from its top left corner; a negative size mirrors (PS3.18 section 8.3.5.1.3). */
export interface Region {
  readonly left: number;
  readonly top: number;
  /** To the right and bottom edge when absent. */
  readonly width?: number;
  readonly height?: number;
}

/** PS3.18 section 8.3.5.1.4. */
export interface Window {
  readonly center: number;
  readonly width: number;
  readonly shape: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';
}

export interface RenderOptions {
  /** From 1. */
  readonly frame: number;
  readonly format: 'jpeg' | 'png' | 'gif';
  /** 1 to 100, JPEG only. */
  readonly quality: number;
  readonly viewport?: Viewport;
  /** The part of the image that is shown; all of it when absent. */
  readonly region?: Region;
  readonly window?: Window;
}

export interface RenderedImage {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly width: number;
  readonly height: number;
}

/** Values of one greyscale frame after the Modality LUT, row by row, little endian. */
export interface PixelValues {
  readonly bytes: Uint8Array;
  readonly type: 'uint16' | 'int16' | 'float32';
  readonly width: number;
  readonly height: number;
  /** What the file proposes, else the whole range. */
  readonly window: Window;
  /** MONOCHROME1: the smallest value is white. */
  readonly inverted: boolean;
}

export interface ImageFacts {
  readonly rows: number;
  readonly columns: number;
  readonly greyscale: boolean;
  /** Height and width of a pixel in mm. */
  readonly spacing: readonly [number, number] | null;
  readonly spacingKind: 'calibrated' | 'detector' | 'none';
  /** Something was lost by compression, now or before. */
  readonly lossy: boolean;
  readonly windows: readonly (Window & { readonly name: string })[];
  /** Patient directions of the right and the lower edge, as in Patient Orientation. */
  readonly orientation: readonly [string, string] | null;
  readonly laterality: string;
  readonly frameTimeMs: number | null;
}

/** The pixel data of an instance in another transfer syntax. */
export type TranscodeBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Bytes [start, end) as stored, those of each unit turned round where `unit` is more than 1. */
  | { readonly kind: 'range'; readonly start: number; readonly end: number; readonly unit: number }
  /** Frame after frame, the first is here; all have `frameLength` bytes, or each its own where that is absent. */
  | {
      readonly kind: 'frames';
      readonly count: number;
      readonly format: ImageFormat;
      readonly first: Uint8Array;
      readonly frameLength?: number;
    };

/** A data set: `head`, the body, `tail`. */
export interface TranscodePlan {
  readonly head: Uint8Array;
  readonly body: TranscodeBody;
  readonly tail: Uint8Array;
}

export interface TranscodeFrame {
  readonly file: InstanceFile;
  /** Wanted. */
  readonly syntaxUid: string;
  /** From 1. */
  readonly frame: number;
  /** Where the compressed frame lies; absent for native pixel data. */
  readonly ranges?: readonly (readonly [number, number])[];
  readonly format: ImageFormat;
}

export interface FrameIn {
  readonly file: InstanceFile;
  /** One of `FRAME_SYNTAXES`. */
  readonly syntaxUid: string;
  /** From 1. */
  readonly frame: number;
}

/** Name of a job → what goes in and what comes out. */
export interface Jobs {
  metadata: { input: { instances: readonly NamedInstance[]; root: string }; output: MetadataBatch };
  frameTable: { input: { file: InstanceFile }; output: FrameTable };
  /** Frames that do not lie in the file as they are sent (deflated, big endian, packed bits), as explicit VR little endian. */
  frameBytes: { input: { file: InstanceFile; frames: readonly number[] }; output: Uint8Array[] };
  bulk: { input: { file: InstanceFile; path: string }; output: BulkValue };
  transcodePlan: { input: { file: InstanceFile; syntaxUid: string }; output: TranscodePlan };
  transcodeFrame: { input: TranscodeFrame; output: Uint8Array[] };
  frameIn: { input: FrameIn; output: Uint8Array[] };
  turnedRange: { input: { file: InstanceFile; start: number; end: number; unit: number }; output: Uint8Array[] };
  imageFacts: { input: { file: InstanceFile; frame: number }; output: ImageFacts };
  pixelValues: { input: { file: InstanceFile; frame: number; side: number }; output: PixelValues };
  /** The same frame, with the same window, in several sizes and formats. */
  render: {
    input: { file: InstanceFile; sopClassUid: string; options: readonly [RenderOptions, ...RenderOptions[]] };
    output: RenderedImage[];
  };
}

export type JobName = keyof Jobs;

export interface Request<Name extends JobName = JobName> {
  readonly name: Name;
  readonly input: Jobs[Name]['input'];
}

export type Reply = (
  | { readonly output: unknown }
  | { readonly error: { readonly code?: string; readonly detail: string; readonly stack: string } }
) & {
  /** The process has grown so much that the next job had better go to a fresh one. */
  readonly tired?: boolean;
};

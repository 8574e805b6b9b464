/** An instance as a file in the transfer syntax that the client wants (PS3.18 section 8.7.3.5.2). */
import type { StoredInstance } from '../../archive/retrieve.ts';
import { encodeFileMeta } from '../../dicom/part10.ts';
import { ArchiveError } from '../../errors.ts';
import type { Transcoding } from '../../rendering/transcoding.ts';
import { type Content, contentOfBytes, contentOfRanges, joined } from './content.ts';
import type { Door } from './door.ts';
import type { SyntaxChoice } from './negotiate.ts';

export interface InstanceContent {
  readonly transferSyntaxUid: string;
  readonly content: Content;
}

/** Reasons that lie in the image. */
export const CANNOT_BE_TRANSCODED = new Set(['NOT_RENDERABLE', 'PIXEL_DATA_DAMAGED', 'DATA_SET_DAMAGED']);

/** The stored bytes. Where they came from, which our stored meta group says, is nobody else's business. */
export function storedContent(door: Pick<Door, 'archive'>, instance: StoredInstance): InstanceContent {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetLength } = instance;
  const meta = encodeFileMeta({ sopClassUid, sopInstanceUid, transferSyntaxUid });
  const content = joined([
    contentOfBytes(meta),
    contentOfRanges(door.archive.retrieve, instance, [[0, dataSetLength]]),
  ]);
  return { transferSyntaxUid, content };
}

export function isSentAsStored({ syntaxUid }: SyntaxChoice, { transferSyntaxUid }: StoredInstance): boolean {
  return syntaxUid === 'stored' || syntaxUid === transferSyntaxUid;
}

/**
 * The instance in the chosen transfer syntax. What cannot be transcoded comes as it is stored, unless the client has
 * named the transfer syntax.
 * @throws ArchiveError NOT_ACCEPTABLE with the reason
 */
export async function chosenContent(
  door: Pick<Door, 'archive' | 'rendering'>,
  instance: StoredInstance,
  choice: SyntaxChoice,
): Promise<InstanceContent> {
  if (isSentAsStored(choice, instance)) return storedContent(door, instance);
  try {
    return await transcodedContent(door, instance, choice.syntaxUid);
  } catch (error) {
    if (!(error instanceof ArchiveError) || !CANNOT_BE_TRANSCODED.has(error.code)) throw error;
    if (!choice.named) return storedContent(door, instance);
    const detail = `stored in ${instance.transferSyntaxUid}; as ${choice.syntaxUid} not: ${error.detail}`;
    throw new ArchiveError('NOT_ACCEPTABLE', detail, { cause: error });
  }
}

async function transcodedContent(
  { archive, rendering }: Pick<Door, 'archive' | 'rendering'>,
  instance: StoredInstance,
  transferSyntaxUid: string,
): Promise<InstanceContent> {
  const { sopClassUid, sopInstanceUid } = instance;
  const transcoding = await rendering.transcoded(instance, transferSyntaxUid, (start, end, sink) =>
    archive.retrieve.read(instance, start, end, async (piece) => sink(piece)),
  );
  const meta = encodeFileMeta({ sopClassUid, sopInstanceUid, transferSyntaxUid });
  return { transferSyntaxUid, content: joined([contentOfBytes(meta), contentOfTranscoding(transcoding)]) };
}

/** It is made from its beginning on: of a range all that comes before is made too. */
function contentOfTranscoding(transcoding: Transcoding): Content {
  return {
    length: transcoding.length,
    begin: (start, end) => ({
      async send(writer) {
        let before = 0;
        await transcoding.read(async (piece) => {
          const asked = piece.subarray(Math.max(0, start - before), Math.max(0, end - before));
          before += piece.length;
          if (asked.length > 0) await writer.write(asked);
        });
      },
      drop: async () => undefined,
    }),
  };
}

import { ApiError } from './client.ts';
import { type FramePlace, type PixelValues, pictureUrl } from './images.ts';

/** @throws ApiError with the server's reason when the frame cannot be drawn */
export async function loadPicture(place: FramePlace, full: boolean, signal: AbortSignal): Promise<ImageBitmap> {
  const response = await get(pictureUrl(place, full), 'image/jpeg', signal);
  return createImageBitmap(await response.blob());
}

const ARRAYS = { uint16: Uint16Array, int16: Int16Array, float32: Float32Array } as const;

/** @throws ApiError NOT_RENDERABLE for colour */
export async function loadValues(
  { studyId, sopInstanceUid, frame }: FramePlace,
  side: number,
  signal: AbortSignal,
): Promise<PixelValues> {
  const path = `/api/studies/${studyId}/images/${sopInstanceUid}/frames/${frame}/values?side=${side}`;
  const response = await get(path, '*/*', signal);
  const { type, ...shape } = JSON.parse(response.headers.get('X-Pixel-Values') ?? '{}') as Omit<
    PixelValues,
    'values'
  > & {
    type: keyof typeof ARRAYS;
  };
  return { ...shape, values: new ARRAYS[type](await response.arrayBuffer()) };
}

async function get(path: string, accept: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(path, { headers: { Accept: accept }, credentials: 'same-origin', signal });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { code?: string };
  throw new ApiError(response.status, problem.code ?? `HTTP_${response.status}`, problem);
}

/** Sends stored bytes as a download, at the pace of the receiver. */
import type { Response } from 'express';
import type { Exchange } from './exchange.ts';

export interface Download {
  fileName: string;
  mediaType: string;
  /** Bytes in front of the stored ones. */
  head: Buffer;
  /** Length of the stored bytes. */
  length: number;
  /** Hands the stored bytes on; a chunk may be used until the sink's promise settles. */
  read(sink: (chunk: Buffer) => Promise<void>): Promise<void>;
}

export async function sendDownload({ request, response }: Exchange, download: Download): Promise<void> {
  response.setHeader('Content-Type', download.mediaType);
  response.setHeader('Content-Length', download.head.length + download.length);
  response.setHeader('Content-Disposition', `attachment; filename="${download.fileName}"`);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  try {
    if (download.head.length > 0) await written(response, download.head);
    await download.read((chunk) => written(response, chunk));
    response.end();
  } catch (error) {
    // The receiver went away: nobody is left to tell.
    if (!(error instanceof Gone)) throw error;
  }
}

class Gone extends Error {}

/** Resolves when the chunk has left for the socket, so that its buffer may be used again. */
function written(response: Response, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    if (response.destroyed) {
      reject(new Gone());
      return;
    }
    const gone = () => reject(new Gone());
    response.once('close', gone);
    response.write(chunk, (error) => {
      response.off('close', gone);
      if (error) gone();
      else resolve();
    });
  });
}

/** The directory of a ZIP file, by a reader that is not ours. */
import yauzl from 'yauzl';

export interface ZipEntry {
  name: string;
  size: number;
  stored: boolean;
}

export function listZip(file: string): Promise<ZipEntry[]> {
  return new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true }, (failure, zip) => {
      if (failure) return reject(failure);
      const entries: ZipEntry[] = [];
      zip.on('entry', (entry: yauzl.Entry) => {
        const stored = entry.compressionMethod === 0 && entry.compressedSize === entry.uncompressedSize;
        entries.push({ name: entry.fileName, size: entry.uncompressedSize, stored });
        zip.readEntry();
      });
      zip.on('end', () => resolve(entries));
      zip.on('error', reject);
      zip.readEntry();
    });
  });
}

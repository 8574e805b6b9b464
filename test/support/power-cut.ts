/** A disk whose power can be cut: an ext4 image on a loop device. What was not flushed is gone after the cut. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freshFolder } from './folders.ts';

/** EXT4_IOC_SHUTDOWN without flushing the log (Linux, fs/ext4/ext4.h): nothing reaches the disk from here on. */
const CUT = `
import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
fcntl.ioctl(fd, 0x8004587d, struct.pack('I', 2))
`;

export interface CuttableDisk {
  readonly folder: string;
  /** Cuts the power: every call on the folder fails from now on. */
  cut(): void;
  /**
   * The folder as it is after the power came back. The dead one may be held by others, so what reached the disk by now
   * is mounted in another place.
   */
  powerOn(): CuttableDisk;
}

/** Undefined, with a line that says so, where we may not make one. */
export function cuttableDisk(megabytes: number): CuttableDisk | undefined {
  const image = join(freshFolder(), 'disk.img');
  try {
    execFileSync('python3', ['-c', ''], { stdio: 'ignore' });
    writeFileSync(image, '');
    truncateSync(image, megabytes * 1024 * 1024);
    execFileSync('mkfs.ext4', ['-q', '-F', image], { stdio: 'ignore' });
    return mounted(image);
  } catch {
    console.log('skipped: a power cut needs Linux, root, python3 and an ext4 image on a loop device');
    return undefined;
  }
}

function mounted(image: string): CuttableDisk {
  const folder = join(freshFolder(), 'disk');
  mkdirSync(folder);
  execFileSync('mount', ['-o', 'loop', image, folder], { stdio: 'pipe' });
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return {
    folder,
    cut: () => void execFileSync('python3', ['-c', CUT, folder], { stdio: 'pipe' }),
    powerOn() {
      const now = join(freshFolder(), 'disk.img');
      copyFileSync(image, now);
      return mounted(now);
    },
  };
}

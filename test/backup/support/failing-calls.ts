/** File calls of a folder target of which one fails, or that behave as bad disks do. */
import fs, { type FileHandle } from 'node:fs/promises';
import type { FileCalls } from '../../../backup/targets/file-calls.ts';

const HANDLE_CALLS = ['write', 'read', 'sync', 'close', 'stat', 'writeFile'] as const;

/** Real calls of which number `nth`, counting every call on paths and handles, fails with `errno`. */
export function failingCalls(
  nth: number,
  errno: string,
): FileCalls & { failed(): string | undefined; count(): number } {
  let count = 0;
  let failed: string | undefined;
  const counted = (name: string) => {
    if (++count !== nth) return;
    failed = name;
    throw Object.assign(new Error(`${errno} injected`), { code: errno });
  };
  const target: Partial<Record<keyof FileCalls, unknown>> = {};
  for (const name of ['mkdir', 'readdir', 'readFile', 'rename', 'stat', 'statfs', 'unlink'] as const) {
    target[name] = async (...args: unknown[]) => {
      counted(name);
      return (fs[name] as (...args: unknown[]) => unknown)(...args);
    };
  }
  target.open = async (...args: Parameters<typeof fs.open>) => {
    counted('open');
    const handle = await fs.open(...args);
    return new Proxy(handle, {
      get(of, property) {
        const value = Reflect.get(of, property) as unknown;
        if (typeof value !== 'function') return value;
        if (!(HANDLE_CALLS as readonly PropertyKey[]).includes(property)) return value.bind(of);
        return async (...args: unknown[]) => {
          // A close that fails has closed all the same.
          if (property === 'close') await value.apply(of, args);
          counted(String(property));
          return property === 'close' ? undefined : value.apply(of, args);
        };
      },
    });
  };
  return { ...(target as FileCalls), failed: () => failed, count: () => count };
}

interface Behaviour {
  write(
    handle: FileHandle,
    chunk: Buffer,
    at: number,
    length: number,
  ): Promise<{ bytesWritten: number; buffer: Buffer }>;
}

/** Real calls whose handles write as told. */
export function handleCalls(behaviour: Behaviour): FileCalls {
  return {
    ...pick(),
    open: async (...args) => {
      const handle = await fs.open(...args);
      return new Proxy(handle, {
        get(of, property) {
          if (property === 'write')
            return (chunk: Buffer, at: number, length: number) => behaviour.write(of, chunk, at, length);
          const value = Reflect.get(of, property) as unknown;
          return typeof value === 'function' ? value.bind(of) : value;
        },
      });
    },
  };
}

function pick(): FileCalls {
  const { mkdir, open, readdir, readFile, rename, stat, statfs, unlink } = fs;
  return { mkdir, open, readdir, readFile, rename, stat, statfs, unlink };
}

import { describe, expect, it } from 'vitest';
import { lockDataFolder } from '../../src/storage/data-folder-lock.ts';
import { freshFolder } from '../support/folders.ts';

describe('the lock of a data folder', () => {
  it('lets one in, refuses the second with a sentence, and lets the next in afterwards', async () => {
    const folder = freshFolder();
    const unlock = await lockDataFolder(folder);
    await expect(lockDataFolder(folder)).rejects.toMatchObject({
      code: 'START_REFUSED',
      detail: expect.stringContaining('이미 실행 중'),
    });
    await unlock();
    const again = await lockDataFolder(folder);
    await again();
  });
});

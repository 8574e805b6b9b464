import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { freshFolder } from '../support/folders.ts';

const cursor = (n: number) => ({ follower: `f${n}`, epoch: 'e', seq: n });

describe('the databases', () => {
  it('commits two hundred overlapping writes with failures among them, and loses none that succeeded', async () => {
    const database = await Database.open(freshFolder());
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, n) =>
        // A row without a seq breaks NOT NULL: it must fail alone.
        database.write('setCursor', n % 7 === 0 ? { ...cursor(n), seq: null as unknown as number } : cursor(n)),
      ),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(29);
    for (const [n, { status }] of results.entries()) {
      const row = await database.read('getCursor', { follower: `f${n}` });
      expect(row).toEqual(status === 'fulfilled' ? { epoch: 'e', seq: n } : undefined);
    }
    await database.close();
  });

  it('says what state the index was found in, and replaces a damaged one', async () => {
    const folder = freshFolder();
    const created = await Database.open(folder);
    expect(created.indexState).toBe('created');
    await created.write('setMeta', { key: 'epoch', value: 'one' });
    await created.close();
    const present = await Database.open(folder);
    expect(present.indexState).toBe('present');
    await present.close();
    writeFileSync(join(folder, 'index.sqlite'), Buffer.alloc(4096, 0xaa), { flag: 'r+' });
    const replaced = await Database.open(folder);
    expect(replaced.indexState).toBe('replaced');
    expect(await replaced.read('getMeta', { database: 'index', key: 'epoch' })).toBeUndefined();
    expect(readdirSync(folder).some((name) => name.startsWith('index.damaged-'))).toBe(true);
    await replaced.close();
  });

  it('refuses to start with damaged records, and says so', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'records.sqlite'), Buffer.alloc(8192, 0xaa));
    await expect(Database.open(folder)).rejects.toMatchObject({
      code: 'START_REFUSED',
      detail: expect.stringContaining('records.sqlite 이(가) 손상되었습니다'),
    });
    expect(existsSync(join(folder, 'records.sqlite'))).toBe(true);
  });
});

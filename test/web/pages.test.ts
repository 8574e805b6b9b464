import { describe, expect, it } from 'vitest';
import { ROLE_PERMISSIONS } from '../../src/accounts/permissions.ts';
import { PAGES } from '../../web/app/app/page-table.ts';
import { safeReturn } from '../../web/app/app/safe-return.ts';
import { ko } from '../../web/app/text/ko.ts';
import { personFault } from '../../web/app/ui/person-fault.ts';

describe('the pages', () => {
  it('have a word, a permission that some role holds, and an address of their own', () => {
    const held = new Set<string>(Object.values(ROLE_PERMISSIONS).flatMap((permissions) => [...permissions]));
    for (const page of PAGES) {
      expect(ko.nav[page.key]).toBeTypeOf('string');
      expect(held.has(page.permission)).toBe(true);
    }
    expect(new Set(PAGES.map(({ path }) => path)).size).toBe(PAGES.length);
    expect(PAGES.length).toBeLessThanOrEqual(9);
  });

  it('begin with the list of studies', () => {
    expect(PAGES[0]).toMatchObject({ path: '/', key: 'studies' });
  });
});

describe('the way back after a login', () => {
  it.each([
    ['/backup', '/backup'],
    ['/viewer/viewer?StudyInstanceUIDs=1.2', '/viewer/viewer?StudyInstanceUIDs=1.2'],
    [null, '/'],
    ['', '/'],
    ['https://elsewhere.example/', '/'],
    ['//elsewhere.example/', '/'],
    ['/\\elsewhere.example', '/'],
    ['/login?next=/login', '/'],
    ['javascript:alert(1)', '/'],
  ])('from %j leads to %s, never to another site', (next, place) => expect(safeReturn(next)).toBe(place));
});

describe('a new person', () => {
  it.each([
    [{ name: '', password: 'long enough' }, 'long enough', 'missing'],
    [{ name: 'kim', password: 'short' }, 'short', 'short'],
    [{ name: 'kim', password: 'long enough' }, 'long enougg', 'differ'],
    [{ name: 'kim', password: 'long enough' }, 'long enough', undefined],
    [{ name: 'kim', password: '한글로쓴긴비밀번호임' }, '한글로쓴긴비밀번호임', undefined],
  ])('%j has the fault %j … %j', (person, repeat, fault) => expect(personFault(person, repeat)).toBe(fault));
});

import { expect, it } from 'vitest';
import { namePattern } from '../../web/app/features/transfers/search-fields.ts';

it.each([
  ['홍길동', '*홍*길동*'],
  ['홍', '*홍*'],
  ['hong', '*hong*'],
  ['Hong Gildong', '*Hong*Gildong*'],
  ['Hong^Gil*', 'Hong^Gil*'],
])('the name %s asks another PACS for %s', (typed, asked) => expect(namePattern(typed)).toBe(asked));

import { describe, expect, it } from 'vitest';
import { checkedUserName, checkPassword } from '../../src/accounts/credential-rules.ts';

describe('a user name', () => {
  it.each([
    ['Kim', 'kim'],
    [' 김철수 ', '김철수'],
    ['dr.lee-2', 'dr.lee-2'],
    ['김철수'.normalize('NFD'), '김철수'],
  ])('%j is kept as %j', (typed, kept) => expect(checkedUserName(typed)).toBe(kept));

  it.each(['', 'a', '.hidden', 'two words', 'a:b', 'x'.repeat(33), '../etc', '<b>bold'])('%j is refused', (typed) =>
    expect(() => checkedUserName(typed)).toThrow(expect.objectContaining({ code: 'USER_NAME_INVALID' })),
  );
});

describe('a password', () => {
  it.each(['blue horse staple', '파란말과 배터리 열두개', 'xK9#mQ2$vL', 'the clinic on the hill'])(
    '%j is good',
    (text) => expect(() => checkPassword(text, 'kim')).not.toThrow(),
  );

  it.each([
    'short',
    'ninechars',
    '1234567890',
    '0987654321',
    'abcdefghijkl',
    'aaaaaaaaaaaa',
    'abababababab',
    'Password2026!',
    '2026password',
    'qwertyuiop1',
    'ClinicPACS2026',
    'dkssudgktpdy1',
    '비밀번호123456',
    'longusername',
    'LongUserName2026',
    'x'.repeat(200),
  ])('%j is refused', (text) =>
    expect(() => checkPassword(text, 'longusername')).toThrow(expect.objectContaining({ code: 'PASSWORD_WEAK' })),
  );
});

import { describe, expect, it } from 'vitest';
import { shownName } from '../../web/app/ui/person-name.ts';

const name = (alphabetic: string, ideographic = '', phonetic = '') => ({ alphabetic, ideographic, phonetic });

describe('a shown name', () => {
  it.each([
    [
      'Hangul first, Latin small, Hanja on hover',
      name('Kim^Heejung', '金^希中', '김^희중'),
      ['김희중', 'Kim Heejung', '金希中'],
    ],
    ['Hangul that a device put into the first group', name('김^희중'), ['김희중', '', '']],
    ['Hangul that a device put into the second group', name('Kim^Heejung', '김^희중'), ['김희중', 'Kim Heejung', '']],
    ['Latin alone', name('Smith^John^^Dr.'), ['Smith John Dr.', '', '']],
    ['Japanese', name('Yamada^Tarou', '山田^太郎', 'やまだ^たろう'), ['山田太郎', 'Yamada Tarou', 'やまだたろう']],
    ['Chinese', name('Zhang^XiaoDong', '张^小东'), ['张小东', 'Zhang XiaoDong', '']],
    ['composed Hangul', name('김^희중'.normalize('NFD')), ['김희중', '', '']],
    ['a rare syllable', name('Ttom^Bangkak', '', '똠^방각'), ['똠방각', 'Ttom Bangkak', '']],
    ['nothing', name('', '', ''), ['', '', '']],
    ['only separators', name('^^', '^'), ['', '', '']],
    ['the same name twice', name('홍^길동', '홍^길동'), ['홍길동', '', '']],
  ])('is right for %s', (_, groups, [main, latin, more]) => {
    expect(shownName(groups)).toEqual({ main, latin, more });
  });
});

import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../src/dicom/charset.ts';
import { decodeTextLeniently } from '../../src/dicom/lenient-text.ts';

const KOREAN = ['', 'ISO 2022 IR 149'];

/** Hexadecimal bytes, spaces ignored. */
const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

describe('decoding text', () => {
  it('decodes the Korean example of PS3.5 Annex I', () => {
    const bytes = Buffer.from(
      'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf',
      'latin1',
    );
    expect(decodeText(bytes, KOREAN, 'PN')).toBe('Hong^Gildong=洪^吉洞=홍^길동');
  });

  it('decodes the Japanese examples of PS3.5 Annex H', () => {
    const plain = Buffer.from(
      'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B',
      'latin1',
    );
    expect(decodeText(plain, ['', 'ISO 2022 IR 87'], 'PN')).toBe('Yamada^Tarou=山田^太郎=やまだ^たろう');
    const katakana = Buffer.from(
      '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J',
      'latin1',
    );
    const decoded = decodeText(katakana, ['ISO 2022 IR 13', 'ISO 2022 IR 87'], 'PN');
    expect(decoded).toBe('ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう');
  });

  it('decodes the Chinese example of PS3.5 Annex K', () => {
    const bytes = Buffer.from('Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=', 'latin1');
    expect(decodeText(bytes, ['', 'ISO 2022 IR 58'], 'PN')).toBe('Zhang^XiaoDong=张^小东=');
  });

  it.each([
    ['ISO_IR 100', 'e9', 'é'],
    ['ISO_IR 101', 'e8', 'č'],
    ['ISO_IR 109', 'e6', 'ĉ'],
    ['ISO_IR 110', 'e8', 'č'],
    ['ISO_IR 144', 'be', 'О'],
    ['ISO_IR 127', 'e2', 'ق'],
    ['ISO_IR 126', 'c4', 'Δ'],
    ['ISO_IR 138', 'f9', 'ש'],
    ['ISO_IR 148', 'fd', 'ı'],
    ['ISO_IR 203', 'a4', '€'],
    ['ISO_IR 166', 'a1', 'ก'],
    ['ISO_IR 13', 'd4', 'ﾔ'],
    ['ISO_IR 192', 'ed 99 8d', '홍'],
    ['GB18030', 'ba ba', '汉'],
    ['GB18030', '81 30 81 30', '\u0080'],
    ['GBK', 'ba ba', '汉'],
    ['ISO_IR 6', '41', 'A'],
    ['', 'e9', 'é'],
  ])('decodes %s', (term, bytes, expected) => {
    expect(decodeText(hex(bytes), [term], 'LO')).toBe(expected);
  });

  it.each([
    ['single value', ['ISO 2022 IR 149']],
    ['misspelt', ['ISO_IR 149']],
    ['misspelt otherwise', ['iso ir-149']],
    ['by another name', ['EUC-KR']],
    ['declared as it should be', KOREAN],
    ['behind Latin', ['ISO 2022 IR 6', 'ISO 2022 IR 149']],
  ])('decodes Korean without escape sequences, %s', (_, charset) => {
    const bytes = hex('b1e8 5e bfb5 c8f1'); // 김^영희
    expect(decodeText(bytes, charset, 'PN')).toBe('김^영희');
  });

  it('decodes syllables that only CP949 has', () => {
    expect(decodeText(hex('8c63b9e6b0a2c7cf5ebc84bdc3'), ['ISO_IR 149'], 'PN')).toBe('똠방각하^펲시');
    expect(decodeText(hex('1b242943 8c63b9e6b0a2c7cf5ebc84bdc3'), KOREAN, 'PN')).toBe('똠방각하^펲시');
  });

  it('takes an escape sequence that was not repeated behind a delimiter as meant', () => {
    expect(decodeText(hex('1b242943 b1e8 5e bfb5 c8f1'), KOREAN, 'PN')).toBe('김^영희');
  });

  it('forgets escape sequences at delimiters and line ends', () => {
    const greek = ['ISO 2022 IR 100', 'ISO 2022 IR 126'];
    for (const delimiter of ['\\', '\r\n', '\f', '\t']) {
      const bytes = Buffer.concat([hex('e9 1b2d46 e9'), Buffer.from(delimiter), hex('e9')]);
      expect(decodeText(bytes, greek, 'LO')).toBe(`éι${delimiter}é`);
    }
    expect(decodeText(hex('1b2d46 e9 5e e9 3d e9'), greek, 'PN')).toBe('ι^é=é');
    expect(decodeText(hex('1b2d46 e9 5e e9 3d e9'), greek, 'LO')).toBe('ι^ι=ι');
  });

  it('reads two-byte characters whose bytes look like delimiters', () => {
    // The second byte of each is a backslash.
    expect(decodeText(hex('1b2442 3d5c 1b2842 5c 41'), ['', 'ISO 2022 IR 87'], 'LO')).toBe('旬\\A');
    expect(decodeText(hex('81 5c'), ['GB18030'], 'LO')).toBe('乗');
  });

  it('leaves no escape sequence whatever the label says', () => {
    const bytes = hex('1b242943 b1e8 1b 1b28 1b2d5a 1b252f47 41');
    for (const charset of [[], ['ISO_IR 100'], ['ISO_IR 192'], ['GB18030'], KOREAN, ['NONSENSE']]) {
      for (const vr of ['PN', 'LO', 'UT', 'CS']) {
        expect(decodeText(bytes, charset, vr)).not.toContain('\x1b');
      }
    }
    expect(decodeText(bytes, [], 'PN')).toBe('김A');
    expect(decodeText(bytes, ['ISO_IR 192'], 'PN')).toBe('김A');
  });

  it('shows broken bytes as broken and goes on', () => {
    expect(decodeText(hex('41 ff 42'), ['ISO_IR 192'], 'LO')).toBe('A\ufffdB');
    expect(decodeText(hex('1b2442 30'), ['', 'ISO 2022 IR 87'], 'LO')).toBe('\ufffd');
    expect(decodeText(hex('b1'), ['ISO_IR 149'], 'LO')).toBe('\ufffd');
  });

  it('applies the character set only where the Standard does', () => {
    expect(decodeText(hex('e9'), ['ISO_IR 126'], 'CS')).toBe('é');
  });
});

describe('encoding text', () => {
  it('writes the Korean example of PS3.5 Annex I byte for byte', () => {
    const { bytes, lossless } = encodeText('Hong^Gildong=洪^吉洞=홍^길동', KOREAN, 'PN');
    expect(lossless).toBe(true);
    expect(bytes.toString('latin1')).toBe(
      'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf',
    );
  });

  it('writes the Japanese example of PS3.5 Annex H byte for byte', () => {
    const { bytes } = encodeText('ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎', ['ISO 2022 IR 13', 'ISO 2022 IR 87'], 'PN');
    expect(bytes.toString('latin1')).toBe('\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J');
  });

  it('announces Korean even when the term stands alone', () => {
    expect(encodeText('홍', ['ISO 2022 IR 149'], 'LO').bytes).toEqual(hex('1b242943 c8ab'));
  });

  it('writes plain CP949 under the label that Korean devices invented', () => {
    expect(encodeText('홍', ['ISO_IR 149'], 'LO').bytes).toEqual(hex('c8ab'));
  });

  it('cannot write syllables that KS X 1001 does not have, and says so', () => {
    expect(encodeText('똠방', KOREAN, 'PN')).toEqual({ bytes: hex('3f 1b242943 b9e6'), lossless: false });
    expect(encodeText('똠방', ['ISO_IR 192'], 'PN').lossless).toBe(true);
    expect(encodeText('홍', ['ISO_IR 100'], 'PN')).toEqual({ bytes: Buffer.from('?'), lossless: false });
    expect(encodeText('홍', [], 'PN')).toEqual({ bytes: Buffer.from('?'), lossless: false });
    expect(encodeText('홍', KOREAN, 'CS')).toEqual({ bytes: Buffer.from('?'), lossless: false });
  });

  it('never writes an escape character that was in the text', () => {
    expect(encodeText('a\x1b$)Cb', KOREAN, 'LO').bytes.toString('latin1')).toBe('a?$)Cb');
  });

  it.each([
    [['ISO_IR 192'], 'Kim^Younghee=金^英姬=똠^영희 é 汉 🏥'],
    [['GB18030'], 'Wang^XiaoDong=王^小东 한글 🏥'],
    [['GBK'], '王^小东'],
    [KOREAN, 'Kim^Younghee=金^英姬=김^영희'],
    [['ISO 2022 IR 100', 'ISO 2022 IR 149'], 'Müller=홍^길동'],
    [['', 'ISO 2022 IR 58'], 'Wang=王^小东'],
    [['ISO 2022 IR 13', 'ISO 2022 IR 87', 'ISO 2022 IR 159'], 'ﾔﾏﾀﾞ=山田^丂'],
    [['ISO_IR 100'], 'Jérôme^Müller'],
    [['ISO_IR 144'], 'Люкceмбypг'],
    [['ISO_IR 126'], 'Διονυσιος'],
    [['ISO_IR 138'], 'שרון^דבורה'],
    [['ISO_IR 127'], 'قباني^لنزار'],
    [['ISO_IR 166'], 'นามสกุล'],
  ])('reads back what it writes in %s', (charset, text) => {
    const { bytes, lossless } = encodeText(text, charset, 'PN');
    expect([lossless, decodeText(bytes, charset, 'PN')]).toEqual([true, text]);
  });
});

describe('guessing', () => {
  const kim = hex('b1e8 5e bfb5 c8f1');

  it.each([[[]], [['ISO_IR 6']], [['ISO_IR 100']], [['ISO_IR 192']]])('finds CP949 under %j', (charset) => {
    expect(decodeTextLeniently(kim, charset, 'PN')).toBe('김^영희');
  });

  it('finds CP949 with rare syllables, and UTF-8', () => {
    expect(decodeTextLeniently(hex('8c63 b9e6 b0a2 c7cf'), [], 'PN')).toBe('똠방각하');
    expect(decodeTextLeniently(Buffer.from('김^영희'), ['ISO_IR 100'], 'PN')).toBe('김^영희');
    expect(decodeTextLeniently(Buffer.from('김^영희'), KOREAN, 'PN')).toBe('김^영희');
  });

  it.each(['Jérôme', 'Äneas^Rüdiger', 'Müller', 'Ærø', 'naïve', 'Núñez^Peña', 'Française'])(
    'leaves Latin 1 text alone: %s',
    (name) => {
      expect(decodeTextLeniently(Buffer.from(name, 'latin1'), ['ISO_IR 100'], 'PN')).toBe(name);
    },
  );

  it('believes labels that are not doubtful', () => {
    expect(decodeTextLeniently(hex('c4'), ['ISO_IR 126'], 'PN')).toBe('Δ');
    expect(decodeTextLeniently(Buffer.from('plain'), [], 'PN')).toBe('plain');
    expect(decodeTextLeniently(hex('1b242943 b1e8'), KOREAN, 'PN')).toBe('김');
  });
});

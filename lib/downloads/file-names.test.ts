import { describe, expect, it } from 'vitest';
import { attachment, distinctNames, safeName } from './file-names';

describe('a name of what is downloaded', () => {
  it.each([
    ['Construção', 'Construção'],
    ['群青日和', '群青日和'],
    ['Cafe\u0301', 'Café'],
    ['AC/DC', 'AC_DC'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['..', 'x'],
    ['...', 'x'],
    ['', 'x'],
    ['\u200b', 'x'],
    ['C:\\Windows', 'C__Windows'],
    ['What? "No" <really> | *', 'What_ _No_ _really_ _ _'],
    ['  two   spaces ', 'two spaces'],
    ['ends with a dot.', 'ends with a dot'],
    ['.hidden', 'hidden'],
    ['a\u0000b\u001fc\nd', 'abcd'],
    ['song\u202egpj.exe', 'songgpj.exe'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['Console', 'Console'],
    ['com1', '_com1'],
    ['\ud800broken', 'broken'],
  ])('%j becomes %j', (text, name) => expect(safeName(text, 'x')).toBe(name));

  it('is cut between characters', () => {
    expect(safeName('é'.repeat(400), 'x')).toBe('é'.repeat(90));
    expect(safeName('😀'.repeat(400), 'x')).toBe('😀'.repeat(45));
    expect(safeName(`${'a'.repeat(179)}. b`, 'x')).toBe('a'.repeat(179));
  });

  it('never leads anywhere, whatever it is made of', () => {
    const pieces = ['..', '/', '\\', '.', ' ', 'a', ':', '\u0000', '\u202e', 'CON', '%2e', '~'];
    for (let seed = 0; seed < 5_000; seed++) {
      let n = seed * 7_919 + 1;
      const text = Array.from({ length: 6 }, () => {
        n = (n * 1_103_515_245 + 12_345) % 2_147_483_648;
        return pieces[n % pieces.length];
      }).join('');
      const name = safeName(text, 'x');
      expect(name).not.toMatch(/[/\\:\p{Cc}]|^\.|\.$|^\s|\s$|^$/u);
    }
  });
});

it('names differ, also by case alone', () => {
  const distinct = distinctNames();
  expect(['A/01 x.mp3', 'A/01 X.mp3', 'A/01 x.mp3', 'A/01 x.flac', 'A/no ending', 'A/no ending'].map(distinct)).toEqual(
    ['A/01 x.mp3', 'A/01 X (2).mp3', 'A/01 x (3).mp3', 'A/01 x.flac', 'A/no ending', 'A/no ending (2)'],
  );
});

it.each([
  ['plain.mp3', `attachment; filename="plain.mp3"; filename*=UTF-8''plain.mp3`],
  [
    'Canção (ao vivo).mp3',
    `attachment; filename="Cancao (ao vivo).mp3"; filename*=UTF-8''Can%C3%A7%C3%A3o%20%28ao%20vivo%29.mp3`,
  ],
  ['日.mp3', `attachment; filename="_.mp3"; filename*=UTF-8''%E6%97%A5.mp3`],
  ['a"b\\c.mp3', `attachment; filename="a_b_c.mp3"; filename*=UTF-8''a%22b%5Cc.mp3`],
])('%s is offered as a file of that name', (name, header) => expect(attachment(name)).toBe(header));

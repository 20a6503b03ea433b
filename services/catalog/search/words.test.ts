import { expect, it } from 'vitest';
import { fold, isInner, wordsOf } from './words';

it.each([
  ['Canção', 'cancao'],
  ['BJÖRK – Jóga', 'bjork joga'],
  ['Plain Name 7', 'plain name 7'],
  ['Motörhead’s', 'motorheads'],
  ['R.E.M.', 'rem'],
  ['P!nk', 'pink'],
  ['Ke$ha', 'kesha'],
  ['A$AP Rocky', 'asap rocky'],
  ['$uicideboy$', 'suicideboys'],
  ['Wham!', 'wham'],
  ['AC/DC', 'ac dc'],
  ['!!!', '!!!'],
  ['กิน', 'กิน'],
  ['कोमल', 'कोमल'],
  ['バンド', 'バンド'],
  ['ﾊﾞﾝﾄﾞ', 'バンド'],
  ['Й ё', 'и е'],
  ['미안해', '미안해'],
  ['na\u200bme', 'name'],
])('compares %s as %s', (name, expected) => expect(fold(name)).toBe(expected.normalize('NFKC')));

it('keeps apart what marks tell apart', () => {
  expect(new Set(['กิน', 'กัน', 'कमल', 'कोमल', 'バンド', 'ハント'].map(fold)).size).toBe(6);
});

it.each([
  ['AC/DC', ['ac', 'dc', 'acdc']],
  ['a-ha', ['a', 'ha', 'aha']],
  ['Jay-Z', ['jay', 'z', 'jayz']],
  ['P!nk', ['pink', 'p', 'nk', 'pnk']],
  ['Rock & Roll', ['rock', '&', 'roll']],
  ['one One two', ['one', 'two']],
  ['群青日和', ['群青日和']],
  ['', []],
])('finds %s by %j', (name, words) => expect(wordsOf(name)).toEqual(words));

it('looks for one character of a script without spaces inside words, and for two letters at their beginning', () => {
  expect(['和', '日和', 'กิ', '해', 'mar', 'ma', '7'].map(isInner)).toEqual([
    ...[true, true, true, true, true, false, false],
  ]);
});

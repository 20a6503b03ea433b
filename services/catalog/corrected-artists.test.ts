import { expect, it } from 'vitest';
import { correctedArtists } from './corrected-artists';
import { normalise } from './text';

const named = (id: string, name: string, mbid: string | null = null) => ({ id, key: normalise(name), mbid });

it.each([
  ['another accent', [named('a', 'Joao Gilberto')], [named('b', 'João Gilberto')], [{ from: 'a', to: 'b' }]],
  ['another sign', [named('a', 'ACDC')], [named('b', 'A.C.D.C.')], [{ from: 'a', to: 'b' }]],
  ['an id of MusicBrainz', [named('a', 'Joao')], [named('b', 'João', 'x')], [{ from: 'a', to: 'b' }]],
  ['another id of MusicBrainz', [named('a', 'Joao', 'x')], [named('b', 'João', 'y')], []],
  ['another name', [named('a', 'Joao')], [named('b', 'Gil')], []],
  ['several of one name that came', [named('a', 'ハント')], [named('b', 'バンド'), named('c', 'パント')], []],
  ['several of one name that are left', [named('a', 'バンド'), named('b', 'パント')], [named('c', 'ハント')], []],
])('an artist who gets %s', (_, left, added, expected) => {
  expect(correctedArtists(left, added)).toEqual(expected);
});

import { describe, expect, it } from 'vitest';
import { artistKey, mergeNames, planArtists } from './artists';
import { foldName, genreKey } from './identity';
import { normalise } from './text';

const named = (name: string, mbid: string | null = null) => ({ name, mbid, sortName: null });
const row = (id: string, name: string, more: object = {}) => ({
  ...{ id, name, sortName: null, folded: foldName(name), mbid: null },
  ...more,
});
let made = 0;
const plan = (wanted: Parameters<typeof planArtists>[0], known: Parameters<typeof planArtists>[1] = []) =>
  planArtists(wanted, known, () => `new ${made++}`);

describe('foldName', () => {
  it.each([
    ['ABBA', 'Abba'],
    ['ＡＢＢＡ', 'abba'],
    ['Guns N’ Roses', "Guns N' Roses"],
    ['Jay‐Z', 'JAY-Z'],
    ['Die  Straße', ' DIE STRASSE'],
    ['Beyonce\u0301', 'Beyoncé'],
    ['ﾊﾞﾝﾄﾞ', 'バンド'],
    ['ΟΔΥΣΣΕΥΣ', 'Οδυσσευς'],
  ])('%s is %s', (a, b) => expect(foldName(a)).toBe(foldName(b)));

  it.each([
    ['バンド', 'ハント'],
    ['कमल', 'कोमल'],
    ['กิน', 'กัน'],
    ['AC/DC', 'ACDC'],
    ['Beyoncé', 'Beyonce'],
    ['!!!', '???'],
  ])('%s is not %s', (a, b) => expect(foldName(a)).not.toBe(foldName(b)));

  it('takes punctuation of genres for nothing, but not marks', () => {
    expect(genreKey('Hip-Hop')).toBe(genreKey('hip hop'));
    expect(genreKey('R&B')).not.toBe(genreKey('RB'));
    expect(genreKey('バンド')).not.toBe(genreKey('ハント'));
    expect(genreKey('...')).toBe('...');
  });
});

describe('planArtists', () => {
  it('tells apart what search takes for the same', () => {
    expect(normalise('バンド')).toBe(normalise('ハント'));
    const { ids, added } = plan([named('バンド'), named('ハント'), named('AC/DC'), named('acdc'), named('ACDC')]);
    expect(new Set(ids.values()).size).toBe(4);
    expect(added.map(({ name }) => name)).toEqual(['バンド', 'ハント', 'AC/DC', 'ACDC']);
  });

  it('goes by MusicBrainz id before it goes by name', () => {
    const known = [row('a', 'John Smith', { mbid: 'x' })];
    const { ids, added, changed } = plan(
      [named('John Smith', 'y'), named('J. Smith', 'x'), named('John Smith')],
      known,
    );
    expect(ids.get(artistKey(named('J. Smith', 'x')))).toBe('a');
    // Without an id: the one that is known.
    expect(ids.get(artistKey(named('John Smith')))).toBe('a');
    expect(added).toMatchObject([{ name: 'John Smith', mbid: 'y' }]);
    expect(changed).toEqual([]);
  });

  it('gives the artist known by name the id that the name comes with', () => {
    const { ids, added, changed } = plan([named('Prince'), named('Prince', 'x')], [row('a', 'Prince')]);
    expect([...ids.values()]).toEqual(['a', 'a']);
    expect(added).toEqual([]);
    expect(changed).toMatchObject([{ id: 'a', mbid: 'x' }]);
    expect([...plan([named('Prince'), named('Prince', 'x')]).added]).toHaveLength(1);
  });

  it('finds artists of before update 0006 by their name, and by that alone', () => {
    const { ids, added, changed } = plan([named('ハント'), named('バンド')], [row('a', 'バンド', { folded: null })]);
    expect(ids.get(artistKey(named('バンド')))).toBe('a');
    expect(added).toMatchObject([{ name: 'ハント' }]);
    expect(changed).toMatchObject([{ id: 'a', folded: foldName('バンド') }]);
    const both = [row('a', 'Gal', { folded: null }), row('b', 'Gal')];
    expect(plan([named('Gal')], both).changed).toEqual([]);
  });

  it('follows another spelling of the same name, but not another name', () => {
    expect(plan([named('ABBA')], [row('a', 'Abba')]).changed).toMatchObject([{ id: 'a', name: 'ABBA' }]);
    expect(plan([named('The Artist', 'x')], [row('a', 'Prince', { mbid: 'x' })]).changed).toEqual([]);
  });

  it('follows a sort name', () => {
    const beatles = { name: 'The Beatles', mbid: null, sortName: 'Beatles, The' };
    expect(plan([beatles], [row('a', 'The Beatles')]).changed).toMatchObject([{ id: 'a', sortName: 'Beatles, The' }]);
    expect(plan([named('The Beatles')], [row('a', 'The Beatles', { sortName: 'Beatles, The' })]).changed).toEqual([]);
  });

  it('takes a sort name from whichever tag of a file has it', () => {
    const sorted = { name: 'Gil', mbid: null, sortName: 'Gil, Gilberto' };
    expect(mergeNames([sorted, named('Gil'), named('A')])).toEqual([named('A'), sorted]);
    expect(mergeNames([named('Gil'), sorted])).toEqual([sorted]);
  });
});

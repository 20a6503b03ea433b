import { describe, expect, it } from 'vitest';
import { CONTAINERS } from '@/lib/contracts/manifest';
import { containerOfMime, FORMATS, formatNames, isAudioName, skippedEnding } from './formats';
import { PARSERS } from './seek/build';

describe('the registry of formats', () => {
  it('has an entry and a parser for every container of the contract, and no others', () => {
    const containers = [...CONTAINERS].sort();
    expect(Object.keys(FORMATS).sort()).toEqual(containers);
    expect(Object.keys(PARSERS).sort()).toEqual(containers);
  });

  it('asks for MP3 last, which any bytes may look like', () => {
    expect(Object.keys(PARSERS).at(-1)).toBe('mp3');
  });

  it.each(CONTAINERS)('tells %s from the others by its endings and its MIME type', (container) => {
    const { endings, mime } = FORMATS[container];
    expect(containerOfMime(mime)).toBe(container);
    for (const ending of endings) {
      expect(ending).toMatch(/^\.[a-z0-9]+$/);
      expect(Object.values(FORMATS).filter((format) => format.endings.includes(ending))).toHaveLength(1);
      expect(isAudioName(`song${ending}`)).toBe(true);
      expect(isAudioName(`SONG${ending.toUpperCase()}`)).toBe(true);
    }
  });

  it.each(['song.aac', 'song.txt', 'mp3', '.mp3', 'song.mp3.part', 'song.', ''])('takes no %s for audio', (name) =>
    expect(isAudioName(name)).toBe(false),
  );

  it.each([
    ['Song.WMA', '.wma'],
    ['film.mkv', '.mkv'],
    ['song.mp3', null],
    ['cover.jpg', null],
    ['notes.txt', null],
    ['wma', null],
    ['', null],
  ])('%s is a file that is skipped: %s', (name, ending) => expect(skippedEnding(name)).toBe(ending));

  it('skips nothing that it plays', () => {
    for (const { endings } of Object.values(FORMATS)) {
      for (const ending of endings) expect(skippedEnding(`song${ending}`)).toBeNull();
    }
  });

  it('has a sentence of its names', () => expect(formatNames()).toBe('MP3, FLAC, Ogg, MP4 or WAV'));
});

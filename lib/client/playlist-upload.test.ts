import { expect, it } from 'vitest';
import { playlistUploads } from './playlist-upload';

it.each([
  ['a.M3U', 'm3u8'],
  ['a.m3u8', 'm3u8'],
  ['a.XSPF', 'xspf'],
  ['liked.csv', 'csv'],
  ['a', 'm3u8'],
])('%s is sent as %s', (name, format) => {
  expect(playlistUploads(name, Buffer.from('caf\xe9.mp3', 'latin1'))).toEqual([{ format, text: 'café.mp3' }]);
});

it('each playlist of an export is sent by itself; what is no such file is sent as it is', () => {
  const playlists = [
    { name: 'a', items: [] },
    { name: 'b', items: [] },
  ];
  const sent = (text: string) => playlistUploads('Playlist1.json', Buffer.from(text)).map((one) => one.text);
  expect(sent(JSON.stringify({ playlists }))).toEqual(playlists.map((one) => JSON.stringify({ playlists: [one] })));
  for (const text of ['{"playlists":[{}]}', '{"tracks":[]}', 'null', '{']) expect(sent(text)).toEqual([text]);
});

import { expect, it } from 'vitest';
import { api } from '@/lib/contracts/api';
import { addressOf } from '@/lib/contracts/api/endpoint';
import { newId } from '@/lib/contracts/ids';
import { coverUrl, downloadUrl, exportUrl, historyExportUrl } from './addresses';

it('addresses in pages are those of the contract', () => {
  const id = newId();
  for (const size of ['small', 'large'] as const) {
    expect(coverUrl(id, size)).toBe(addressOf(api.catalogue.cover, { params: { id }, query: { size } }));
  }
  for (const format of ['m3u8', 'xspf'] as const) {
    expect(exportUrl(id, format)).toBe(addressOf(api.playlists.export, { params: { id }, query: { format } }));
  }
  const { downloadTrack, downloadAlbum, downloadPlaylist } = api.playback;
  for (const [what, entry] of [
    ['tracks', downloadTrack],
    ['albums', downloadAlbum],
    ['playlists', downloadPlaylist],
  ] as const) {
    expect(downloadUrl(what, id)).toBe(addressOf(entry, { params: { id } }));
  }
  expect(historyExportUrl).toBe(addressOf(api.history.export));
});

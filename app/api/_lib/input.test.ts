import { describe, expect, it } from 'vitest';
import { api } from '@/lib/contracts/api';
import { newId } from '@/lib/contracts/ids';
import { readParams, readQuery } from './input';

const read = (query: Parameters<typeof readQuery>[0], text: string) => readQuery(query, new URLSearchParams(text));

describe('a query', () => {
  it('has values, and defaults for what is absent or empty', () => {
    expect(read(api.catalogue.search.query, 'q=a+b&limit=7&offset=')).toEqual({ q: 'a b', limit: 7, offset: 0 });
    expect(read(api.history.statistics.query, 'window=')).toEqual({ window: 'month', timeZone: 'UTC' });
    expect(read(api.playlists.get.query, '')).toEqual({});
    expect(read(undefined, 'limit=7')).toEqual({});
  });

  it('has lists, separated by commas', () => {
    const ids = [newId(), newId()];
    expect(read(api.catalogue.tracks.query, `ids=${ids.join(',')},`)).toEqual({ ids });
    expect(read(api.catalogue.tracks.query, '')).toEqual({ ids: [] });
  });

  it('takes an unknown size of a cover for the small one', () => {
    expect(read(api.catalogue.cover.query, 'size=huge')).toEqual({ size: 'small' });
    expect(read(api.catalogue.cover.query, 'size=large')).toEqual({ size: 'large' });
  });

  it.each([
    [api.catalogue.albums.query, 'limit=many', 'limit'],
    [api.catalogue.albums.query, 'offset=-1', 'offset'],
    [api.history.top.query, 'window=fortnight', 'window'],
    [api.catalogue.tracks.query, 'ids=x', 'ids.0'],
    [api.playlists.get.query, 'after=x', 'after'],
  ])('is refused where it does not fit (%#)', (query, text, path) => {
    expect(() => read(query, text)).toThrow(
      expect.objectContaining({ code: 'invalid_request', issues: [expect.objectContaining({ path })] }),
    );
  });
});

it('an identifier in the path that cannot be one names nothing', () => {
  const id = newId();
  expect(readParams(api.catalogue.album.params, { id })).toEqual({ id });
  expect(() => readParams(api.catalogue.album.params, { id: 'x' })).toThrow(
    expect.objectContaining({ code: 'not_found' }),
  );
});

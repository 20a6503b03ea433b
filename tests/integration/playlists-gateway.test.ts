/** Playlists over HTTP, as pages and other programs use them: sharing by address, undo, files of other players in and out. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { publicPerson } from '@/lib/contracts/api/account';
import { COMMAND_ID_HEADER } from '@/lib/contracts/api/endpoint';
import {
  accepted,
  commandOutcome,
  type ImportedPlaylist,
  importedPlaylist,
  MAX_IMPORT_BYTES,
} from '@/lib/contracts/api/playlists';
import { problem } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { MAX_PLAYLIST_ENTRIES, playlistDetail } from '@/lib/contracts/playlists';
import { rpc } from '@/lib/contracts/rpc';
import { formats } from '@/lib/playlist-files/playlist-file';
import { deriveSecrets } from '@/lib/secrets/secrets';
import { ADMIN } from '@/testing/product';
import { until } from '@/testing/wait';
import { type Gateway, routes, setUp, startGatewayForTest } from '../support/gateway';
import { makeMusic, makeTempFolder } from '../support/music';

const BOB = { name: 'Bob', email: 'bob@example.org', password: 'another pass phrase' };
const EVE = { name: 'Eve', email: 'eve@example.org', password: 'a third pass phrase' };
/** Away from loopback the first account takes it; of the support's own secret. */
const { setupToken } = deriveSecrets('a secret of at least thirty-two characters');
const SITE = 'https://music.example.org';

let gateway: Gateway;
let music: Awaited<ReturnType<typeof makeTempFolder>>;
/** Cookies. */
let [ada, bob, eve] = ['', '', ''];

beforeAll(async () => {
  music = await makeTempFolder();
  const of = (name: string, tags: Record<string, string>, seconds = 3) =>
    makeMusic(music.folder, { format: 'mp3', name, tags, seconds, hertz: 200 + name.length });
  await of('Elis/Águas/01 Águas de Março', { title: 'Águas de Março', artist: 'Elis Regina', album: 'Águas' });
  await of('Elis/Ao Vivo/07', { title: 'Águas de Março', artist: 'Elis Regina', album: 'Ao Vivo' }, 9);
  await of('Elis/Águas/02 <Atrás> & co', { title: 'Atrás da Porta', artist: 'Elis Regina', album: 'Águas' });
  await of('Tom/Wave/track01', { title: 'Wave', artist: 'Tom Jobim', album: 'Wave' });
  await of('Tom/Tide/track01', { title: 'Tide', artist: 'Tom Jobim', album: 'Tide' }, 9);
  gateway = await startGatewayForTest();
  ada = await setUp(gateway);
  for (const who of [BOB, EVE])
    await gateway.call('POST', '/api/people', { as: ada, body: { ...who, role: 'listener' } });
  [bob, eve] = [await gateway.signIn(BOB), await gateway.signIn(EVE)];
  await gateway.call('POST', '/api/imports', { as: ada, body: { folder: music.folder } });
  await until('the music', async () => (await search('')).length === 5);
});
afterAll(async () => {
  await gateway?.stop();
  await music?.remove();
});

async function search(q: string) {
  const response = await gateway.call('GET', `/api/search?q=${encodeURIComponent(q)}`, { as: ada });
  return rpc['catalog.search'].result.parse(await response.json()).tracks;
}

async function trackOf(album: string, title: string): Promise<string> {
  const found = (await search(title)).find((track) => track.album === album && track.title === title);
  if (found === undefined) throw new Error(`no ${title} on ${album}`);
  return found.id;
}

const page = z.object({
  ...playlistDetail.shape,
  tracks: z.array(z.object({ id: z.string() })),
  people: z.array(z.looseObject(publicPerson.shape)),
});

async function read(id: string, as: string, after?: string) {
  const response = await gateway.call('GET', `/api/playlists/${id}${after === undefined ? '' : `?after=${after}`}`, {
    as,
  });
  if (!response.ok) throw Object.assign(new Error('refused'), problem.parse(await response.json()));
  return page.parse(await response.json());
}

/** Sends a command that must be accepted. */
async function send(as: string, method: string, path: string, body?: unknown) {
  const response = await gateway.call(method, path, { as, ...(body === undefined ? {} : { body }) });
  expect([path, response.status]).toEqual([path, 202]);
  const answer = accepted.parse(await response.json());
  return { messageId: answer.messageId, playlistId: answer.playlistId ?? '' };
}

async function refusal(response: Response, status: number) {
  expect(response.status).toBe(status);
  return problem.parse(await response.json());
}

const make = (as: string, body: object) => send(as, 'POST', '/api/playlists', body);

describe('smart playlists', () => {
  const rules = {
    match: 'all',
    rules: [{ field: 'artist', op: 'is', value: 'tom jobim' }],
    sort: [{ by: 'title', order: 'asc' }],
  };
  const titles = async (path: string, as: string) => {
    const answer = await (await gateway.call('GET', path, { as })).json();
    return [answer.tracks.map(({ title }: { title: string }) => title), answer.total];
  };

  test('choose their tracks now, by their owner’s marks, also where others look', async () => {
    const preview = await gateway.call('POST', '/api/playlists/preview', { as: ada, body: { rules } });
    expect((await preview.json()).tracks.map(({ title }: { title: string }) => title)).toEqual(['Tide', 'Wave']);
    const { playlistId, messageId } = await make(ada, { name: 'Tom', rules });
    expect(await read(playlistId, ada, messageId)).toMatchObject({ entries: [], tracks: [], trackCount: 0 });
    const path = `/api/playlists/${playlistId}`;
    expect(await titles(`${path}/tracks`, ada)).toEqual([['Tide', 'Wave'], 2]);
    expect(await titles(`${path}/tracks?offset=1&limit=1`, ada)).toEqual([['Wave'], 2]);
    const loved = { ...rules, rules: [...rules.rules, { field: 'loved', op: 'is', value: true }] };
    await send(ada, 'PATCH', path, { rules: loved });
    await send(ada, 'PUT', `${path}/sharing`, { visibility: 'public', members: [] });
    await send(ada, 'PUT', '/api/favourites', {
      kind: 'track',
      loved: true,
      items: [{ id: await trackOf('Wave', 'Wave') }],
    });
    await until('the favourite', async () => (await titles(`${path}/tracks`, bob))[1] === 1);
    expect(await titles(`${path}/tracks`, bob)).toEqual([['Wave'], 1]);
    const file = await (await gateway.call('GET', `${path}/export`, { as: bob })).text();
    expect(file).toContain('Tom Jobim - Wave');
    await refusal(await gateway.call('GET', `${path}/tracks`, {}), 401);
    const wrong = { match: 'all', rules: [{ field: 'year', op: 'contains', value: 'x' }] };
    const refused = await refusal(
      await gateway.call('POST', '/api/playlists/preview', { as: ada, body: { rules: wrong } }),
      400,
    );
    expect(refused.detail).toContain('The rules name "year", which cannot be compared by "contains"');
    await send(ada, 'DELETE', path);
    await until('it to be gone', async () => (await gateway.call('GET', path, { as: bob })).status === 404);
  });

  test('of Navidrome are taken, and what is not known here is named', async () => {
    const text = (rule: object) =>
      JSON.stringify({ name: 'Wave!', all: [{ is: { artist: 'Tom Jobim' } }, rule], limit: 1 });
    const body = (rule: object) => ({ format: 'nsp', text: text(rule) });
    const known = await gateway.call('POST', '/api/playlists/import', {
      as: ada,
      body: body({ lt: { playcount: 9 } }),
    });
    const made = importedPlaylist.parse(await known.json());
    expect([known.status, made.found, made.missing]).toEqual([202, 1, []]);
    expect(await read(made.playlistId ?? '', ada, made.messageId)).toMatchObject({ name: 'Wave!' });
    const unknown = await gateway.call('POST', '/api/playlists/import', {
      as: ada,
      body: body({ is: { mood: 'sad' } }),
    });
    expect((await refusal(unknown, 400)).detail).toContain('"mood"');
  });
});

describe('commands', () => {
  test('each has its address, and undo takes back what its answer names', async () => {
    const trackIds = [newId(), newId(), newId()];
    const { playlistId, messageId } = await make(ada, { name: 'Domingo', description: 'devagar', trackIds });
    const path = `/api/playlists/${playlistId}`;
    const first = await read(playlistId, ada, messageId);
    expect(first).toMatchObject({ name: 'Domingo', description: 'devagar', visibility: 'private', role: 'owner' });
    expect(first.entries.map((entry) => entry.trackId)).toEqual(trackIds);
    const [a, b, c] = first.entries.map((entry) => entry.entryId);
    await send(ada, 'PATCH', path, { name: 'Segunda' });
    await send(ada, 'PATCH', path, { description: 'depressa' });
    await send(ada, 'DELETE', `${path}/entries`, { revision: 3, entryIds: [b] });
    const moved = await send(ada, 'POST', `${path}/order`, { revision: 4, entryIds: [c], before: a });
    const changed = await read(playlistId, ada, moved.messageId);
    expect(changed).toMatchObject({ name: 'Segunda', description: 'depressa' });
    expect(changed.entries.map((entry) => entry.entryId)).toEqual([c, a]);
    const back = await send(ada, 'POST', `${path}/undo`, { messageId: moved.messageId });
    expect((await read(playlistId, ada, back.messageId)).entries.map((entry) => entry.entryId)).toEqual([a, c]);
    const { changes, people } = await (await gateway.call('GET', `${path}/changes`, { as: ada })).json();
    expect(changes.map((change: { type: string }) => change.type)).toEqual(
      ['undo', 'reorder', 'remove', 'describe', 'rename', 'create'].map((verb) => `playlist.${verb}`),
    );
    expect(people).toEqual([{ id: first.ownerId, name: ADMIN.name }]);
    const deleted = await send(ada, 'DELETE', path);
    await expect(read(playlistId, ada, deleted.messageId)).rejects.toMatchObject({ code: 'not_found' });
    const again = await send(ada, 'POST', `${path}/undo`, { messageId: deleted.messageId });
    expect(await read(playlistId, ada, again.messageId)).toMatchObject({ name: 'Segunda', trackCount: 2 });
  });

  test.each([
    ['PATCH', '', { name: 'x', description: 'y' }],
    ['PATCH', '', { name: ' ' }],
    ['PATCH', '', { name: 'a\u0000b' }],
    ['PATCH', '', { name: '\ud800' }],
    ['POST', '/order', { revision: 1, entryIds: [], before: null }],
    ['POST', '/order', { revision: -1, entryIds: [newId()], before: null }],
    ['POST', '/undo', { messageId: 'x' }],
    ['PUT', '/sharing', { visibility: 'secret', members: [] }],
    ['PUT', '/sharing', { visibility: 'shared', members: Array.from({ length: 51 }, newId) }],
  ])('%s %s is refused with %j', async (method, path, body) => {
    const response = await gateway.call(method, `/api/playlists/${newId()}${path}`, { as: ada, body });
    expect((await refusal(response, 400)).code).toBe('invalid_request');
  });
});

describe('a command with an id of the client’s', () => {
  const asking = (as: string, id: string, method: string, path: string, body: unknown) =>
    gateway.call(method, path, { as, body, headers: { [COMMAND_ID_HEADER]: id } });
  const outcome = async (as: string, id: string) => {
    const response = await gateway.call('GET', `/api/commands/${id}`, { as });
    return commandOutcome.parse(await response.json());
  };

  test('is applied once, however often the request arrives', async () => {
    const [playlistId, creating, adding] = [newId(), crypto.randomUUID(), crypto.randomUUID()];
    for (let n = 0; n < 3; n++) {
      const made = await asking(ada, creating, 'POST', '/api/playlists', { playlistId, name: 'Uma vez' });
      expect(await made.json()).toEqual({ messageId: creating, playlistId });
    }
    expect(await outcome(ada, creating)).toEqual({ state: 'confirmed' });
    const [trackIds, entryIds] = [
      [newId(), newId()],
      [newId(), newId()],
    ];
    for (let n = 0; n < 3; n++) {
      const path = `/api/playlists/${playlistId}/entries`;
      await asking(ada, adding, 'POST', path, { revision: 1, trackIds, entryIds });
    }
    const page = await read(playlistId, ada, adding);
    expect(page).toMatchObject({ name: 'Uma vez', revision: 2 });
    expect(page.entries.map((entry) => [entry.entryId, entry.trackId])).toEqual(
      entryIds.map((entryId, n) => [entryId, trackIds[n]]),
    );
    const { changes } = await (await gateway.call('GET', `/api/playlists/${playlistId}/changes`, { as: ada })).json();
    expect(changes).toHaveLength(2);
  });

  test('a file that is given twice makes one playlist', async () => {
    const text = '#EXTM3U\n#EXTINF:3,Tom Jobim - Wave\nwave.mp3\n';
    const [playlistId, id] = [newId(), crypto.randomUUID()];
    for (let n = 0; n < 2; n++) {
      const answer = await asking(ada, id, 'POST', '/api/playlists/import', { format: 'm3u8', text, playlistId });
      expect(importedPlaylist.parse(await answer.json())).toMatchObject({ messageId: id, playlistId, found: 1 });
    }
    expect(await outcome(ada, id)).toEqual({ state: 'confirmed' });
    expect(await read(playlistId, ada)).toMatchObject({ revision: 1, trackCount: 1 });
  });

  test('that was refused says why, to who gave it', async () => {
    const id = crypto.randomUUID();
    await asking(ada, id, 'PATCH', `/api/playlists/${newId()}`, { name: 'x' });
    expect(await outcome(ada, id)).toMatchObject({ state: 'rejected', refused: { code: 'not_found' } });
    expect(await outcome(bob, id)).toEqual({ state: 'accepted' });
  });

  test('must be a UUID, and entries as many as tracks', async () => {
    const path = `/api/playlists/${newId()}`;
    expect((await refusal(await asking(ada, 'again', 'PATCH', path, { name: 'x' }), 400)).code).toBe('invalid_request');
    const body = { revision: 1, trackIds: [newId(), newId()], entryIds: [newId()] };
    const response = await gateway.call('POST', `${path}/entries`, { as: ada, body });
    expect((await refusal(response, 400)).issues).toMatchObject([{ path: 'entryIds' }]);
    expect((await refusal(await gateway.call('GET', '/api/commands/1', { as: ada }), 404)).code).toBe('not_found');
    expect((await gateway.call('GET', `/api/commands/${crypto.randomUUID()}`)).status).toBe(401);
  });
});

describe('sharing', () => {
  test('by e-mail address or account; the owner sees whom they named as they named them', async () => {
    const { playlistId } = await make(ada, { name: 'Nossa' });
    const path = `/api/playlists/${playlistId}/sharing`;
    const shared = await send(ada, 'PUT', path, { visibility: 'shared', members: ['Bob@Example.org'] });
    const mine = await read(playlistId, ada, shared.messageId);
    expect(mine).toMatchObject({ members: [BOB.email], people: [{ name: ADMIN.name }] });
    const his = await read(playlistId, bob);
    const [bobId = ''] = his.members;
    expect(his).toMatchObject({ role: 'editor', members: [bobId] });
    expect(his.people.toSorted((x, y) => x.name.localeCompare(y.name))).toEqual([
      { id: mine.ownerId, name: ADMIN.name },
      { id: bobId, name: 'Bob' },
    ]);
    const listed = await (await gateway.call('GET', '/api/playlists', { as: bob })).json();
    expect(listed.playlists).toContainEqual(expect.objectContaining({ id: playlistId, role: 'editor' }));
    expect(listed.people).toContainEqual({ id: mine.ownerId, name: ADMIN.name });
    await expect(read(playlistId, eve)).rejects.toMatchObject({ code: 'not_found' });
    // Named both ways, one is not taken for the other: that would tell whose address it is.
    const both = await send(ada, 'PUT', path, { visibility: 'shared', members: [bobId, BOB.email] });
    const again = await read(playlistId, ada, both.messageId);
    expect(again.members.toSorted()).toEqual([bobId, BOB.email].toSorted());
    const undone = await send(ada, 'POST', `/api/playlists/${playlistId}/undo`, { messageId: both.messageId });
    expect((await read(playlistId, ada, undone.messageId)).members).toEqual([BOB.email]);
  });

  test('nobody learns whether an address has an account, nor two listeners together', async () => {
    const shareWith = async (address: string) => {
      const { playlistId } = await make(bob, { name: 'Nossa' });
      const body = { visibility: 'shared', members: [address, EVE.email] };
      const answer = await gateway.call('PUT', `/api/playlists/${playlistId}/sharing`, { as: bob, body });
      const { messageId } = accepted.parse(await answer.json());
      const his = await read(playlistId, bob, messageId);
      const hers = await read(playlistId, eve);
      const told = [answer.status, his.members, his.people, his.revision, hers.members, hers.people, hers.revision];
      return JSON.stringify(told).replaceAll(address, 'ADDRESS');
    };
    expect(await shareWith('aaa@example.org')).toBe(await shareWith(ADMIN.email));
  });

  test('a public one is everybody’s to read, with its owner’s name', async () => {
    const { playlistId } = await make(bob, { name: 'De todos' });
    const body = { visibility: 'public', members: [EVE.email] };
    const { messageId } = await send(bob, 'PUT', `/api/playlists/${playlistId}/sharing`, body);
    const seen = await read(playlistId, eve, messageId);
    expect(seen).toMatchObject({ role: 'reader', members: [], people: [{ name: 'Bob' }] });
    const everybodys = await (await gateway.call('GET', '/api/playlists/public?limit=1', { as: eve })).json();
    expect(everybodys).toMatchObject({ playlists: [{ id: playlistId }], total: 1, people: [{ name: 'Bob' }] });
    const changes = await gateway.call('GET', `/api/playlists/${playlistId}/changes`, { as: eve });
    expect((await refusal(changes, 403)).code).toBe('forbidden');
  });

  test('no address of the gateway tells a listener the e-mail address of another', async () => {
    const { playlistId, messageId } = await make(ada, { name: 'De todos' });
    const path = `/api/playlists/${playlistId}`;
    await read(playlistId, ada, messageId);
    const shown = await send(ada, 'PUT', `${path}/sharing`, { visibility: 'public', members: [BOB.email] });
    const { ownerId } = await read(playlistId, eve, shown.messageId);
    const own = await make(eve, { name: 'Minha' });
    const shared = await send(eve, 'PUT', `/api/playlists/${own.playlistId}/sharing`, {
      visibility: 'shared',
      members: [ownerId],
    });
    expect(await read(own.playlistId, eve, shared.messageId)).toMatchObject({ members: [ownerId] });
    // A member, too: of what ada shares with eve, bob is the other.
    const ours = await make(ada, { name: 'Nossa' });
    const members = [BOB.email, EVE.email];
    const told = await send(ada, 'PUT', `/api/playlists/${ours.playlistId}/sharing`, { visibility: 'shared', members });
    await read(ours.playlistId, eve, told.messageId);
    const ids = [own.playlistId, ours.playlistId, playlistId, ownerId, await trackOf('Wave', 'Wave')];
    const folders = routes.map((segments) => `/api/${segments.join('/')}`);
    const paths = folders.flatMap((folder) =>
      folder.includes('[id]') ? ids.map((id) => folder.replace('[id]', id)) : [folder],
    );
    const answers = await Promise.all(
      paths.flatMap((at) =>
        ['', '?q=%00', '?q=ada@example.org'].map((query) => gateway.call('GET', at + query, { as: eve })),
      ),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(20);
    for (const answer of answers) {
      const text = await answer.text();
      for (const { email } of [ADMIN, BOB]) expect(text, answer.url).not.toContain(email);
    }
    expect(answers.filter(({ status }) => status >= 500).map(({ url }) => url)).toEqual([]);
  });
});

describe('files of other programs', () => {
  async function importFile(body: object): Promise<ImportedPlaylist> {
    const response = await gateway.call('POST', '/api/playlists/import', { as: ada, body });
    expect(response.status).toBe(202);
    return importedPlaylist.parse(await response.json());
  }
  const tracksOf = async ({ playlistId, messageId }: ImportedPlaylist) =>
    (await read(playlistId ?? '', ada, messageId)).entries.map((entry) => entry.trackId);

  test('tracks are found by their tags, whatever accents and case; album and length choose; the file’s name is the last resort', async () => {
    const text = [
      '#EXTM3U',
      '#PLAYLIST:Da outra máquina',
      '#EXTINF:3,ELIS REGINA - Aguas de marco',
      'C:\\Musica\\a.mp3',
      '#EXTINF:9,Elis Regina - Águas de Março',
      'C:\\Musica\\b.mp3',
      '#EXTALB:Ao vivo',
      '#EXTINF:-1,Elis Regina - Águas de Março',
      '/music/c.mp3',
      'file:///x/02%20%3CAtr%C3%A1s%3E%20%26%20co.MP3',
      '#EXTINF:9,Someone - Something else',
      'track01.mp3',
      'track01.mp3',
      '#EXTINF:3,Wave',
      'nowhere.ogg',
      '#EXTINF:200,Wave',
      'nowhere.ogg',
      '#EXTINF:100,Not - Here',
      '/x/not here.mp3',
    ].join('\r\n');
    const answer = await importFile({ format: 'm3u8', text });
    const live = await trackOf('Ao Vivo', 'Águas de Março');
    expect(await tracksOf(answer)).toEqual([
      await trackOf('Águas', 'Águas de Março'),
      live,
      live,
      await trackOf('Águas', 'Atrás da Porta'),
      await trackOf('Tide', 'Tide'),
      await trackOf('Wave', 'Wave'),
    ]);
    // Two files are called track01.mp3, no Wave is as long as that, and one is not here.
    expect(answer).toMatchObject({ found: 6, missing: ['track01.mp3', 'Wave', 'Not - Here'] });
    expect(await read(answer.playlistId ?? '', ada)).toMatchObject({ name: 'Da outra máquina', visibility: 'private' });
  });

  test.each(['m3u8', 'xspf'] as const)('%s is read beside the thread that answers everybody', async (format) => {
    const read = vi.spyOn(formats[format], 'read');
    try {
      const track = { title: 'Wave', artist: 'Tom Jobim', album: '', durationS: 3, fileName: '', location: '/w.mp3' };
      const text = formats[format].write({ name: 'x', description: '', tracks: [track] });
      expect(await importFile({ format, text })).toMatchObject({ found: 1 });
      expect(read).not.toHaveBeenCalled();
    } finally {
      read.mockRestore();
    }
  });

  test.each(['m3u8', 'xspf'])(
    'what is exported as %s is found again, with nothing in it but names and addresses',
    async (format) => {
      const trackIds = [
        await trackOf('Wave', 'Wave'),
        await trackOf('Ao Vivo', 'Águas de Março'),
        await trackOf('Wave', 'Wave'),
      ];
      const name = 'Pão & "vinho" <1/2>';
      const { playlistId, messageId } = await make(ada, { name, description: 'linha & linha', trackIds });
      await read(playlistId, ada, messageId);
      const path = `/api/playlists/${playlistId}/export?format=${format}`;
      const response = await gateway.call('GET', path, { as: ada });
      expect(response.headers.get('content-type')).toMatch(/charset=utf-8$/);
      expect(response.headers.get('content-disposition')).toBe(
        `attachment; filename="P_o & _vinho_ _1_2_.${format}"; filename*=UTF-8''P%C3%A3o%20%26%20_vinho_%20_1_2_.${format}`,
      );
      const text = await response.text();
      expect(text).toContain(`${gateway.url}/albums/`);
      expect(text).not.toContain(music.folder);
      const again = await importFile({ format, text });
      expect(again).toMatchObject({ found: 3, missing: [] });
      expect(await tracksOf(again)).toEqual(trackIds);
      expect((await read(again.playlistId ?? '', ada)).name).toBe(name);
      expect((await gateway.call('GET', path, { as: eve })).status).toBe(404);
    },
  );

  test('the lists of other services are read; services name all artists, and more in a title', async () => {
    const csv =
      'Track Name,Artist Name(s),Album Name\nWave - Remastered 2003,"Tom Jobim, Someone",\nNot here,Nobody,\n';
    const ofTable = await importFile({ format: 'csv', text: csv, name: 'Table' });
    expect(ofTable).toMatchObject({ found: 1, missing: ['Nobody - Not here'] });
    expect(await tracksOf(ofTable)).toEqual([await trackOf('Wave', 'Wave')]);
    const track = { trackName: 'Wave', artistName: 'Tom Jobim', albumName: '' };
    const json = JSON.stringify({ playlists: [{ name: 'Manhã', items: [{ track }] }] });
    const ofExport = await importFile({ format: 'json', text: json });
    expect(await read(ofExport.playlistId ?? '', ada, ofExport.messageId)).toMatchObject({ name: 'Manhã' });
  });

  test('a long file is one playlist; a longer one, or none of ours, is refused', async () => {
    const lines = (count: number) =>
      Array.from(
        { length: count },
        (_, i) =>
          `#EXTINF:3,${i % 2 === 0 ? 'Tom Jobim - Wave' : `Nobody - Number ${i}`}\n/a/${'long'.repeat(50)}/path/to/${i}.mp3`,
      );
    const text = ['#EXTM3U', ...lines(MAX_PLAYLIST_ENTRIES)].join('\n');
    expect(text.length).toBeGreaterThan(1_200_000);
    const answer = await importFile({ format: 'm3u8', text, name: 'Comprida' });
    expect(answer).toMatchObject({ found: 2_500 });
    expect(answer.missing).toHaveLength(2_500);
    expect(await tracksOf(answer)).toHaveLength(2_500);
    const refuse = async (body: object, status: number) =>
      (await refusal(await gateway.call('POST', '/api/playlists/import', { as: ada, body }), status)).code;
    expect(await refuse({ format: 'm3u8', text: lines(MAX_PLAYLIST_ENTRIES + 1).join('\n') }, 413)).toBe('too_large');
    expect(await refuse({ format: 'm3u8', text: 'x'.repeat(MAX_IMPORT_BYTES + 1) }, 413)).toBe('too_large');
    expect(await refuse({ format: 'm3u8', text: '/not/here.mp3' }, 404)).toBe('not_found');
    expect(await refuse({ format: 'xspf', text: '#EXTM3U' }, 400)).toBe('invalid_request');
    expect(await refuse({ format: 'pls', text: 'x' }, 400)).toBe('invalid_request');
    expect(
      (await gateway.call('GET', `/api/playlists/${answer.playlistId}/export?format=pls`, { as: ada })).status,
    ).toBe(400);
  });
});

test('behind a proxy, exported addresses are those that people use', async () => {
  const other = await startGatewayForTest({ PUBLIC_URL: SITE, MUSIC_DIR: music.folder });
  try {
    const headers = { origin: SITE };
    const setup = await other.call('POST', '/api/setup', { body: { ...ADMIN, setupToken }, headers });
    const as = setup.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const call = async (method: string, path: string, body?: unknown) =>
      other.call(method, path, { as, headers, ...(body === undefined ? {} : { body }) });
    const track = await until('a track', async () => {
      const { tracks } = rpc['catalog.search'].result.parse(await (await call('GET', '/api/search?q=wave')).json());
      return tracks[0];
    });
    const made = accepted.parse(
      await (await call('POST', '/api/playlists', { name: 'x', trackIds: [track.id] })).json(),
    );
    await call('GET', `/api/playlists/${made.playlistId}?after=${made.messageId}`);
    const text = await (await call('GET', `/api/playlists/${made.playlistId}/export`)).text();
    expect(text).toContain(`\n${SITE}/albums/${track.albumId}#${track.id}\n`);
  } finally {
    await other.stop();
  }
});

/** The OpenAPI document against the server that serves it: every route is really asked, and answers as the document says. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LibraryFolder, Track } from '@/lib/contracts/catalog';
import { newId, newMessageId } from '@/lib/contracts/ids';
import { newMessage } from '@/lib/contracts/messages';
import { readSoundFirst } from '@/lib/contracts/sound-first';
import { queryRows } from '@/lib/database/database';
import { ADMIN, cookiesOf } from '@/testing/product';
import { until } from '@/testing/wait';
import { type Gateway, startGatewayForTest } from '../support/gateway';
import { type FakeListenBrainz, startListenBrainz } from '../support/listenbrainz';
import { makeMusic, makePicture, makeTempFolder } from '../support/music';
import { OpenApi } from '../support/openapi';
import { readZip } from '../support/zip';

const BOB = { name: 'Bob', email: 'bob@example.org', password: 'another pass phrase' };
const EVE = { name: 'Eve', email: 'eve@example.org', password: 'a third pass phrase' };

let other: FakeListenBrainz;
let gateway: Gateway;
let music: Awaited<ReturnType<typeof makeTempFolder>>;
/** A folder without music. */
let nothing: typeof music;
let openapi: OpenApi;
/** Cookies. */
let [ada, bob] = ['', ''];
let tracks: Track[];

beforeAll(async () => {
  music = await makeTempFolder();
  nothing = await makeTempFolder();
  const picture = await makePicture(`${music.folder}/.made/red.jpg`, { color: 'red' });
  for (const [n, title] of ['Brisa', 'Onda'].entries()) {
    const lyrics = '[00:00.50]one\n[00:01.00]two';
    const tags = { title, artist: 'Elis Regina', album: 'Mar', track: String(n + 1), genre: 'Samba', lyrics };
    await makeMusic(music.folder, { format: 'mp3', name: `Mar/${title}`, tags, picture, hertz: 300 + n });
  }
  other = await startListenBrainz();
  other.users.set('the-right-token', 'ada-there');
  gateway = await startGatewayForTest({ LISTENBRAINZ_URL: other.url, SIGNUP: 'invite' });
  const document = await gateway.call('GET', '/api/openapi.json');
  openapi = new OpenApi(await document.json(), (method, path, options) => gateway.call(method, path, options));
});
afterAll(async () => {
  await gateway?.stop();
  await other?.stop();
  await music?.remove();
  await nothing?.remove();
});

describe('the document', () => {
  test('has the structure of OpenAPI 3.1', () => {
    expect(openapi.faults()).toEqual([]);
    expect(openapi.operations.length).toBeGreaterThan(45);
  });

  test('refers only to what it has', () => {
    expect(openapi.references().filter(({ found }) => !found)).toEqual([]);
  });

  test('has schemas that a strict validator takes', () => {
    openapi.compileAll();
  });

  test('is answered without a session, as it describes', async () => {
    await openapi.ask('serverOpenapi');
  });
});

describe('the routes answer as it says', () => {
  test('the first account, and sessions', async () => {
    await openapi.ask('accountMe');
    ada = cookiesOf(await openapi.ask('accountSetUp', { body: ADMIN }));
    await openapi.ask('accountMe', { as: ada });
    const session = cookiesOf(
      await openapi.ask('accountSignIn', { body: { email: ADMIN.email, password: ADMIN.password } }),
    );
    await openapi.ask('accountSignOut', { as: session });
    await openapi.ask('serverHealth');
  });

  test('app passwords', async () => {
    const made = await openapi.json<{ appPassword: { id: string } }>('accountMakeAppPassword', {
      as: ada,
      body: { name: 'My phone' },
    });
    await openapi.ask('accountAppPasswords', { as: ada });
    await openapi.ask('accountRevokeAppPassword', { as: ada, params: { id: made.appPassword.id } });
  });

  test('people and invites', async () => {
    const added = { ...BOB, role: 'listener' };
    const { id } = await openapi.json<{ id: string }>('adminAddPerson', { as: ada, body: added });
    await openapi.ask('adminChangePerson', { as: ada, params: { id }, body: { disabled: false } });
    await openapi.ask('adminPeople', { as: ada });
    await openapi.ask('accountFindPeople', { as: ada, query: { q: 'bo' } });
    await openapi.ask('accountChangeMe', { as: ada, body: { locale: 'pt-BR' } });
    const { code } = await openapi.json<{ code: string }>('adminInvite', { as: ada });
    await openapi.ask('accountSignUp', { body: { ...EVE, invite: code } });
    const reset = await openapi.json<{ code: string }>('adminResetLink', { as: ada, params: { id } });
    await openapi.ask('accountResetPassword', { body: { code: reset.code, newPassword: BOB.password } });
    bob = cookiesOf(await openapi.ask('accountSignIn', { body: { email: BOB.email, password: BOB.password } }));
  });

  test('one’s own account', async () => {
    await openapi.ask('accountChangeMe', { as: bob, body: { name: 'Bobby' } });
    const { password: currentPassword, email } = BOB;
    await openapi.ask('accountChangeEmail', { as: bob, body: { email, currentPassword } });
    const change = { currentPassword, newPassword: currentPassword, signOutOthers: true };
    await openapi.ask('accountChangePassword', { as: bob, body: change });
    const other = cookiesOf(await openapi.ask('accountSignIn', { body: { email, password: currentPassword } }));
    type Listed = { sessions: { id: string; isCurrent: boolean }[] };
    const { sessions } = await openapi.json<Listed>('accountSessions', { as: bob });
    const id = sessions.find((one) => !one.isCurrent)?.id ?? '';
    await openapi.ask('accountEndSession', { as: bob, params: { id } });
    expect((await gateway.call('GET', '/api/sessions', { as: other })).status).toBe(401);
    await openapi.ask('accountEndSessions', { as: bob, body: { keepThis: true, apps: true } });
  });

  test('an import, and the library', async () => {
    await openapi.ask('adminStartImport', { as: ada, body: { folder: music.folder } });
    tracks = await until('the music', async () => {
      const found = await openapi.json<{ tracks: Track[] }>('catalogueSearch', { as: ada, query: { limit: 10 } });
      return found.tracks.length === 2 && found.tracks[0]?.coverId !== null ? found.tracks : null;
    });
    const [track, withdrawn] = tracks as [Track, Track];
    await openapi.ask('catalogueSearch', { as: ada, query: { q: 'onda', offset: 0 } });
    await openapi.ask('adminImports', { as: ada });
    await openapi.ask('adminSummary', { as: ada });
    await openapi.ask('adminStartImport', { as: ada, body: { folder: nothing.folder } });
    const { folders } = await openapi.json<{ folders: LibraryFolder[] }>('adminFolders', { as: ada });
    const id = folders.find(({ folder }) => folder === nothing.folder)?.id ?? '';
    await openapi.ask('adminRemoveFolder', { as: ada, params: { id } });
    await openapi.ask('catalogueAlbums', { as: ada, query: { offset: 0, limit: 1 } });
    await openapi.ask('catalogueAlbum', { as: ada, params: { id: track.albumId } });
    await openapi.ask('catalogueArtists', { as: ada });
    await openapi.ask('catalogueArtist', { as: ada, params: { id: track.artistId } });
    const named = { as: ada, query: { ids: [...tracks.map(({ id }) => id), newId()] } };
    const again = await openapi.json<{ tracks: Track[] }>('catalogueTracks', named);
    // Not the whole tracks: sealing and measuring learn more of them meanwhile.
    expect(again.tracks.map(({ id }) => id)).toEqual(tracks.map(({ id }) => id));
    await openapi.ask('catalogueTrackList', { as: ada, query: { sort: 'year', order: 'desc', q: 'onda' } });
    await openapi.ask('catalogueYears', { as: ada });
    const { genres } = await openapi.json<{ genres: { id: string }[] }>('catalogueGenres', {
      as: ada,
      query: { sort: 'tracks', q: 'samba' },
    });
    await openapi.ask('catalogueGenre', { as: ada, params: { id: genres[0]?.id ?? '' } });
    const shown = await openapi.json<{ folders: { root: string }[] }>('catalogueMusicFolders', { as: ada });
    const inFolder = { as: ada, params: { root: shown.folders[0]?.root ?? '' } };
    await openapi.ask('catalogueMusicFolder', inFolder);
    await openapi.ask('catalogueMusicFolder', { ...inFolder, query: { path: 'Mar' } });
    await openapi.ask('homeShelves', { as: ada, query: { timeZone: 'America/Sao_Paulo', seed: 7 } });
    await openapi.ask('homeShelf', { as: ada, params: { shelf: 'rediscover' } });
    const ofTrack = { as: ada, params: { id: track.id } };
    expect(await openapi.json('catalogueLyrics', ofTrack)).toMatchObject({ lyrics: { synced: true } });
    for (const size of ['small', 'large']) {
      const wanted = { as: ada, params: { id: track.coverId ?? '' }, query: { size } };
      // A thread that is only starting may take longer than a question waits.
      await until('the cover', () =>
        openapi.ask('catalogueCover', wanted).catch((error: Error) => {
          if (!error.message.includes(' 504')) throw error;
          return null;
        }),
      );
    }
    const edited = { tracks: [track.id], set: { label: 'Elenco', genres: ['Bossa Nova'] } };
    const { editId } = await openapi.json<{ editId: string }>('tagsEdit', { as: ada, body: edited });
    await openapi.ask('tagsSheet', { as: ada, body: { tracks: [track.id] } });
    expect(await openapi.json('tagsEdits', { as: ada })).toMatchObject({ edits: [{ id: editId }], people: [{}] });
    const { rules } = await openapi.json<{ rules: object }>('tagsRules', { as: ada });
    await openapi.ask('tagsPreviewRules', { as: ada, body: { rules, sample: 'A; B' } });
    await openapi.ask('tagsSetRules', { as: ada, body: { rules } });
    await openapi.ask('tagsUndo', { as: ada, params: { id: editId } });
    await openapi.ask('tagsRevert', { as: ada, params: { id: editId } });
    await openapi.ask('adminWithdraw', { as: ada, params: { id: withdrawn.id }, body: { withdrawn: true } });
  });

  test('playing', async () => {
    const peerId = newId();
    const trackId = tracks[0]?.id ?? '';
    await openapi.ask('playbackAdmit', { as: ada, body: { peerId } });
    await openapi.ask('playbackGrant', { as: ada, body: { trackId, peerId } });
    const head = await openapi.ask('playbackGrant', { as: ada, body: { trackId, peerId, headAtS: 0 } });
    expect(head.headers.get('content-type')).toBe('application/vnd.enxame.grant');
    // Length, grant, chunk.
    const bytes = Buffer.from(await head.arrayBuffer());
    const end = 4 + bytes.readUInt32BE(0);
    expect(openapi.validator('Grant')(JSON.parse(bytes.toString('utf8', 4, end)))).toBe(true);
    expect(bytes.length).toBeGreaterThan(end);
    const soundFirst = { trackId, peerId, headAtS: 0, soundFirst: true };
    const sound = await openapi.ask('playbackGrant', { as: ada, body: soundFirst });
    expect(sound.headers.get('content-type')).toBe('application/vnd.enxame.sound-first');
    const { grant, manifest, rest } = await readSoundFirst(sound.body ?? new ReadableStream());
    expect(grant.versionId).toBe(manifest.version);
    expect((await rest)?.length).toBeGreaterThan(0);
    await openapi.ask('playbackStream', { as: ada, params: { trackId }, query: { peer: peerId } });
    await openapi.ask('playbackRelease', { as: ada, body: { peerId } });
  });

  const outcome = (command: string) =>
    until('the outcome', async () => {
      const said = await openapi.json<{ state: string }>('playlistsOutcome', { as: ada, params: { id: command } });
      return said.state === 'accepted' ? null : said;
    });

  test('downloads', async () => {
    const [track] = tracks as [Track];
    const as = { as: ada, params: { id: track.id } };
    const file = await openapi.ask('playbackDownloadTrack', as);
    expect(file.headers.get('content-disposition')).toContain(`filename="${track.artist} - ${track.title}.mp3"`);
    const bytes = Buffer.from(await file.arrayBuffer());
    const part = await gateway.call('GET', `/api/download/tracks/${track.id}`, {
      as: ada,
      headers: { range: 'bytes=5-9' },
    });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, bytes.subarray(5, 10)]);
    const album = await openapi.ask('playbackDownloadAlbum', { as: ada, params: { id: track.albumId } });
    expect(album.headers.get('content-disposition')).toContain('.zip');
    const zip = Buffer.from(await album.arrayBuffer());
    // As long as it was said to be; files are stored as they are, under their names.
    expect([String(zip.length), zip.readUInt32LE(0)]).toEqual([album.headers.get('content-length'), 0x04034b50]);
    expect([zip.includes(bytes), zip.includes(`Elis Regina - Mar/01 ${track.title}.mp3`)]).toEqual([true, true]);
    const playlistId = newId();
    await openapi.ask('playlistsCreate', { as: ada, body: { playlistId, name: 'Água / Fogo', trackIds: [track.id] } });
    const params = { id: playlistId };
    await until(
      'the playlist',
      async () => (await gateway.call('GET', `/api/playlists/${playlistId}`, { as: ada })).ok,
    );
    const list = Buffer.from(await (await openapi.ask('playbackDownloadPlaylist', { as: ada, params })).arrayBuffer());
    expect([list.includes(bytes), list.includes(`Água _ Fogo/01 ${track.artist} - ${track.title}.mp3`)]).toEqual([
      true,
      true,
    ]);
    // A private playlist of somebody else is not there.
    expect(await openapi.refusal('playbackDownloadPlaylist', 404, { as: bob, params })).toBe('not_found');
    await openapi.ask('playlistsDelete', { as: ada, params });
  });

  test('favourites and ratings', async () => {
    const [track] = tracks as [Track];
    const settled = async ({ messageId }: { messageId: string }) =>
      expect(await outcome(messageId)).toEqual({ state: 'confirmed' });
    for (const [kind, id] of [
      ['track', track.id],
      ['album', track.albumId],
      ['artist', track.artistId],
    ]) {
      const loved = { kind, loved: true, items: [{ id }] };
      await settled(await openapi.json<{ messageId: string }>('marksSetFavourite', { as: ada, body: loved }));
      const rated = { kind, ids: [id], rating: 4 };
      await settled(await openapi.json<{ messageId: string }>('marksRate', { as: ada, body: rated }));
      const list = { as: ada, query: { kind: kind ?? '' } };
      const found = await openapi.json<Record<string, { id: string }[]>>('marksFavourites', list);
      expect(found).toMatchObject({ total: 1, favourites: [{ kind, id, rating: 4 }] });
      expect(found[`${kind}s`]?.map((one) => one.id)).toEqual([id]);
    }
    const asked = { tracks: [track.id, newId()], artists: [track.artistId] };
    const { marks } = await openapi.json<{ marks: { id: string }[] }>('marksOf', { as: ada, query: asked });
    expect(marks.map((one) => one.id).sort()).toEqual([track.id, track.artistId].sort());
  });

  test('playlists', async () => {
    const [one = '', two = ''] = tracks.map(({ id }) => id);
    type Accepted = { messageId: string; playlistId: string };
    const created = { name: 'Sunday', description: 'slow', trackIds: [one] };
    const { playlistId: id, messageId } = await openapi.json<Accepted>('playlistsCreate', { as: ada, body: created });
    const params = { id };
    await openapi.ask('playlistsGet', { as: ada, params, query: { after: messageId } });
    expect(await outcome(messageId)).toEqual({ state: 'confirmed' });
    await openapi.ask('playlistsChange', { as: ada, params, body: { name: 'Monday' } });
    await openapi.ask('playlistsChange', { as: ada, params, body: { description: 'fast' } });
    const added = { revision: 3, trackIds: [two, one] };
    const last = await openapi.json<Accepted>('playlistsAddEntries', { as: ada, params, body: added });
    const read = { as: ada, params, query: { after: last.messageId } };
    const { entries } = await openapi.json<{ entries: { entryId: string }[] }>('playlistsGet', read);
    const [a = '', b = '', c = ''] = entries.map(({ entryId }) => entryId);
    await openapi.ask('playlistsReorder', { as: ada, params, body: { revision: 4, entryIds: [b], before: a } });
    await openapi.ask('playlistsReorder', { as: ada, params, body: { revision: 5, entryIds: [b], before: null } });
    const removed = { as: ada, params, body: { revision: 6, entryIds: [c] } };
    const undone = await openapi.json<Accepted>('playlistsRemoveEntries', removed);
    await openapi.ask('playlistsUndo', { as: ada, params, body: { messageId: undone.messageId } });
    const commandId = newMessageId();
    const unknown = { as: ada, params, headers: { 'Idempotency-Key': commandId }, body: { messageId: newMessageId() } };
    expect(await openapi.json<Accepted>('playlistsUndo', unknown)).toEqual({ messageId: commandId, playlistId: id });
    expect(await outcome(commandId)).toMatchObject({ state: 'rejected', refused: { code: 'not_found' } });
    const shared = { as: ada, params, body: { visibility: 'public', members: [BOB.email] } };
    const seen = await openapi.json<Accepted>('playlistsShare', shared);
    await openapi.ask('playlistsGet', { as: bob, params, query: { after: seen.messageId } });
    await openapi.ask('playlistsPublic', { as: bob, query: { limit: 1 } });
    await openapi.ask('playlistsChanges', { as: ada, params });
    await openapi.ask('playlistsExport', { as: ada, params, query: { format: 'xspf' } });
    const text = await (await openapi.ask('playlistsExport', { as: ada, params })).text();
    await openapi.ask('playlistsImport', { as: ada, body: { format: 'm3u8', name: 'Again', text } });
    await openapi.ask('playlistsList', { as: ada });
    await openapi.ask('playlistsTracks', { as: ada, params, query: { limit: 1 } });
    await openapi.ask('playlistsDelete', { as: ada, params });
    const rules = { match: 'all', rules: [{ field: 'artist', op: 'isPresent', value: null }] };
    await openapi.ask('playlistsPreview', { as: ada, body: { rules } });
    const smart = await openapi.json<Accepted>('playlistsCreate', { as: ada, body: { name: 'All', rules } });
    const made = { as: ada, params: { id: smart.playlistId } };
    await openapi.ask('playlistsGet', { ...made, query: { after: smart.messageId } });
    await openapi.ask('playlistsTracks', made);
    await openapi.ask('playlistsChange', { ...made, body: { rules: { match: 'any', rules: [] } } });
  });

  test('mixes', async () => {
    const [track] = tracks;
    if (track === undefined) throw new Error('no track');
    const of = { kind: 'tracks', ids: [track.id] };
    await openapi.ask('mixesMake', { as: ada, body: { of, without: [track.id], limit: 5, seed: 1 } });
    await openapi.ask('mixesMake', { as: ada, body: { of: { kind: 'album', id: track.albumId } } });
  });

  test('the history', async () => {
    const play = { trackId: tracks[0]?.id ?? '', playId: newId() };
    const bytes = { cache: 1, peer: 2, origin: 3 };
    await openapi.ask('historyReport', { as: ada, body: { type: 'started', ...play, positionS: 0, agoS: 3 } });
    const ended = { type: 'finished', ...play, positionS: 3, listenedS: 3, durationS: 3, bytes };
    await openapi.ask('historyReport', { as: ada, body: ended });
    await until('the play', async () => {
      const { plays } = await openapi.json<{ plays: { counted: boolean }[] }>('historyRecent', { as: ada });
      return plays.length > 0;
    });
    await openapi.ask('historyTop', { as: ada, query: { window: 'week', limit: 5 } });
    await openapi.ask('historyStatistics', { as: ada, query: { window: 'all', timeZone: 'America/Sao_Paulo' } });
    await openapi.ask('historyExport', { as: ada });
    await openapi.ask('historyForward', { as: ada, body: { token: 'the-right-token' } });
    await openapi.ask('historyForwarding', { as: ada });
    await openapi.ask('historyForward', { as: ada, body: { token: null } });
  });

  test('queues of devices', async () => {
    const trackIds = [tracks[0]?.id ?? '', tracks[0]?.id ?? ''];
    const body = {
      trackIds,
      currentIndex: 1,
      positionMs: 1500,
      repeat: 'all',
      unshuffled: [1, 0],
      changedBy: 'Chrome',
    };
    await openapi.ask('queuesSave', { as: ada, params: { device: 'kitchen' }, body });
    await openapi.ask('queuesSave', { as: ada, params: { device: 'phone' }, body: { ...body, unshuffled: null } });
    const { queues } = await openapi.json<{ queues: object[] }>('queuesList', { as: ada });
    expect(queues).toMatchObject([
      { device: 'phone', trackId: trackIds[1], count: 2, track: { id: trackIds[1] } },
      { device: 'kitchen' },
    ]);
    const kitchen = await openapi.json('queuesGet', { as: ada, params: { device: 'kitchen' } });
    expect(kitchen).toMatchObject({ currentIndex: 1, positionMs: 1500, repeat: 'all', unshuffled: [1, 0] });
    expect(kitchen).toMatchObject({ changedBy: 'Chrome', tracks: trackIds.map((id) => ({ id })) });
    const beyond = await gateway.call('PUT', '/api/queues/kitchen', { as: ada, body: { ...body, currentIndex: 2 } });
    expect(beyond.status).toBe(400);
    // Only one's own.
    expect(await openapi.json('queuesList', { as: bob })).toEqual({ queues: [] });
    await openapi.ask('queuesSave', {
      as: ada,
      params: { device: 'phone' },
      body: { ...body, trackIds: [], currentIndex: 0 },
    });
    expect(await openapi.json('queuesList', { as: ada })).toMatchObject({ queues: [{ device: 'kitchen' }] });
  });

  test('dead letters', async () => {
    const event = { trackId: newId(), playId: newId(), positionS: 0 };
    // A play of nobody becomes a dead letter of the history.
    for (let n = 0; n < 2; n++) {
      await gateway.bus.publish(newMessage('playback.started', event, { actor: null, at: Date.now() }));
    }
    const [message] = await until('the messages', async () => {
      type DeadLetters = { messages: { id: string; queue: string }[]; total: number };
      const { messages, total } = await openapi.json<DeadLetters>('adminDeadLetters', { as: ada });
      return total === 2 ? messages : null;
    });
    const { id = '', queue } = message ?? {};
    const some = { as: ada, body: { queue, ids: [id] } };
    expect(await openapi.json('adminDiscard', some)).toEqual({ messages: 1 });
    expect(await openapi.json('adminReplay', { as: ada, body: { queue } })).toEqual({ messages: 1 });
  });
});

describe('refusals', () => {
  /** Whatever is named in a path or must be in a query is an identifier, the id of a message, or one of a few words. */
  const named = (operationId: string) => {
    const needed = openapi.operation(operationId).parameters?.filter(({ required }) => required) ?? [];
    const values = (place: string) =>
      Object.fromEntries(
        needed
          .filter((parameter) => parameter.in === place)
          .map(({ name, schema }) => [
            name,
            (schema.enum as string[] | undefined)?.[0] ?? (schema.format === 'uuid' ? newMessageId() : newId()),
          ]),
      );
    return { params: values('path'), query: values('query') };
  };

  test('whoever is not signed in is refused wherever the document asks for a session', async () => {
    const guarded = openapi.operations.filter(({ security }) => security.length > 0);
    expect(guarded.length).toBeGreaterThan(35);
    for (const { operationId } of guarded) {
      expect(await openapi.refusal(operationId, 401, named(operationId))).toBe('not_signed_in');
    }
  });

  test('listeners are refused what is for administrators', async () => {
    const forAdmins = openapi.operations.filter(({ description }) => description === 'For administrators.');
    expect(forAdmins.map(({ tags }) => tags[0])).toContain('admin');
    for (const { operationId } of forAdmins) {
      expect(await openapi.refusal(operationId, 403, { ...named(operationId), as: bob })).toBe('forbidden');
    }
  });

  test('what does not fit, and what is not there', async () => {
    const response = await gateway.call('GET', '/api/albums?limit=100000', { as: ada });
    expect(openapi.validator('Problem')(await response.json())).toBe(true);
    expect(await openapi.refusal('catalogueAlbum', 404, { as: ada, params: { id: newId() } })).toBe('not_found');
  });
});

test('an account takes along what is its own, and leaves nothing behind', async () => {
  const { account } = await openapi.json<{ account: { id: string } }>('accountMe', { as: bob });
  const [track] = tracks as [Track];
  const created = { name: 'Sol: e mar', description: '', trackIds: [track.id] };
  const { messageId } = await openapi.json<{ messageId: string }>('playlistsCreate', { as: bob, body: created });
  const loved = { kind: 'album', loved: true, items: [{ id: track.albumId }] };
  const marked = await openapi.json<{ messageId: string }>('marksSetFavourite', { as: bob, body: loved });
  for (const id of [messageId, marked.messageId]) {
    expect(await openapi.json('playlistsOutcome', { as: bob, params: { id } })).toEqual({ state: 'confirmed' });
  }
  const play = { type: 'started', trackId: track.id, playId: newId(), positionS: 0 };
  await openapi.ask('historyReport', { as: bob, body: play });
  await until('the play', async () => {
    return (await openapi.json<{ total: number }>('historyRecent', { as: bob })).total > 0;
  });
  await openapi.ask('accountExportMe', { as: bob });
  const exported = await gateway.call('GET', '/api/me/export', { as: bob });
  const files = readZip(Buffer.from(await exported.arrayBuffer()));
  expect([...files.keys()]).toEqual([
    'account.json',
    'playlists.json',
    'favourites-and-ratings.json',
    'plays.json',
    'apps.json',
    'playlists/001 Sol_ e mar.xspf',
  ]);
  const json = (name: string) => JSON.parse(files.get(name) ?? '');
  expect(json('account.json').account).toMatchObject({ email: BOB.email });
  expect(json('playlists.json').playlists).toMatchObject([{ name: created.name, entries: [{ title: track.title }] }]);
  expect(json('favourites-and-ratings.json').marks).toMatchObject([{ kind: 'album', album: track.album }]);
  expect(json('plays.json')).toMatchObject({ count: 1, plays: [{ title: track.title }] });
  expect(files.get('playlists/001 Sol_ e mar.xspf')).toContain(`<title>${track.title}</title>`);

  await openapi.ask('accountDeleteMe', { as: bob, body: { currentPassword: BOB.password } });
  expect((await gateway.call('GET', '/api/playlists', { as: bob })).status).toBe(401);
  let left: string[] = [];
  await until(
    () => `nothing of it anywhere: ${left}`,
    async () => {
      left = await placesOf(account.id);
      return left.length === 0;
    },
  );
  const { people } = await openapi.json<{ people: { id: string; email: string }[] }>('adminPeople', { as: ada });
  const eve = people.find(({ email }) => email === EVE.email)?.id ?? '';
  await openapi.ask('adminDeletePerson', { as: ada, params: { id: eve } });
});

/**
 * Columns of any service's tables that hold this account's id. Left out are what is on its way, the second look of the erasure, and how to undo
 * changes of others' playlists, which goes after 30 days.
 */
async function placesOf(accountId: string): Promise<string[]> {
  const { orm } = gateway.database;
  type Column = { table_schema: string; table_name: string; column_name: string };
  const columns = await queryRows<Column>(
    orm,
    sql`select table_schema, table_name, column_name from information_schema.columns
      where table_schema in ('auth', 'catalog', 'playlists', 'history') and data_type in ('text', 'jsonb')
        and table_name not in ('erasure', 'outbox', 'changes')`,
  );
  const found: string[] = [];
  for (const { table_schema, table_name, column_name } of columns) {
    const table = sql`${sql.identifier(table_schema)}.${sql.identifier(table_name)}`;
    const like = `%${accountId}%`;
    const rows = await queryRows(
      orm,
      sql`select 1 from ${table} where ${sql.identifier(column_name)}::text like ${like} limit 1`,
    );
    if (rows.length > 0) found.push(`${table_schema}.${table_name}.${column_name}`);
  }
  return found;
}

test('every route of the document was asked', () => {
  expect([...openapi.answered].sort()).toEqual(openapi.operations.map(({ operationId }) => operationId).sort());
});

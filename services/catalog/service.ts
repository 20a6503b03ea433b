import type { ComponentHealth } from '@/lib/contracts/reasons';
import type { RpcHandlers } from '@/lib/contracts/rpc';
import { databaseHealth } from '@/lib/database/database';
import { forPlayback } from '@/lib/database/priority';
import { startOutboxRelay } from '@/lib/messaging/outbox/outbox';
import { BackgroundLoop } from '@/lib/util/background-loop';
import { durationsOf, listAlbums, listArtists, listGenres, listSongs, songsByIds } from './apps';
import { albumPage, albumsByIds, artistPage, artistsByIds, summary, tracksByIds } from './browse';
import { CoverStore } from './cover-store';
import type { CatalogDeps, Deps } from './deps';
import { Folders } from './folders/folders';
import { type Keeper, startKeeper } from './folders/keeper';
import { browseGenres, oneGenre } from './genres';
import { forgetOldStreams, grantPlain, grantPlayback, releaseStream } from './grants';
import { type Imports, openImports } from './imports';
import { albumYears, browseAlbums, browseArtists, browseTracks } from './lists';
import { type Measuring, startMeasuring } from './loudness/measuring';
import { lyricsOf } from './lyrics/store';
import { matchTracks } from './match';
import { mix } from './mix/candidates';
import { retireVersion, setWithdrawn, sourceOf } from './rights';
import { outbox } from './schema';
import { type Sealing, startSealing } from './sealing';
import { Listeners } from './search/listeners';
import { type SearchDeps, search } from './search/search';
import { SearchIndex } from './search/search-index';
import { albumShelves, shownTracks } from './shelves';
import { chooseTracks } from './smart/choose';
import { editTags, listEdits, readTagSheet, revertEdit, undoEdit } from './tag-edits/edits';
import { Renaming } from './tag-edits/renaming';
import { previewRules, readRules, setRules } from './tag-edits/rules';
import { readFolder } from './tree/apps';
import { folderPage, rootFolders } from './tree/pages';

export type { CatalogDeps } from './deps';

const MIGRATIONS = 'services/catalog/migrations';
const FORGET_STREAMS_EVERY_MS = 10 * 60 * 1000;

export interface Catalog {
  health(): Promise<ComponentHealth>;
  /** Takes no more requests, stops imports and sealing; a later start goes on with them. */
  close(): Promise<void>;
}

/** Serves `catalog.*` on the bus, imports `config.musicDir`, seals what is not sealed yet and measures how loud it is. */
export async function startCatalog(given: CatalogDeps): Promise<Catalog> {
  const { bus, database, config, log } = given;
  await database.migrate('catalog', MIGRATIONS);
  const relay = startOutboxRelay({ database, outboxTable: outbox, bus, log });
  const deps: Deps = { ...given, orm: database.orm, wakeOutbox: () => relay.wake() };
  let sealing: Sealing | null = null;
  let measuring: Measuring | null = null;
  const renaming = new Renaming(deps, () => imports.tidy());
  const folders = new Folders(deps);
  const imports = await openImports(deps, folders, () => {
    sealing?.wake();
    measuring?.wake();
  });
  sealing = startSealing(deps, {
    isBusy: () => imports.isBusy(),
    onSealed: (row) => imports.tell(row),
    onIdle: () => measuring?.wake(),
  });
  const isBusy = () => imports.isBusy() || sealing?.isBusy() === true;
  measuring = await startMeasuring(deps, { isBusy, beginAfterMs: given.measureAfterMs });
  renaming.wake();
  const covers = new CoverStore(deps);
  const index = new SearchIndex(deps.orm, log);
  const listeners = new Listeners(bus, log);
  await listeners.start();
  const { watch = false, rescanMinutes = null } = config;
  const everyMs = rescanMinutes === null ? null : rescanMinutes * 60_000;
  const keeper = startKeeper({ database, media: deps.media, folders, imports, log, watches: watch, everyMs });
  /** A sentence, when the folder of the configuration could not be imported. */
  let musicDirProblem: string | null = null;

  const health = async (): Promise<ComponentHealth> => {
    const ofDatabase = await databaseHealth(database);
    if (ofDatabase.status !== 'ok' || musicDirProblem === null) return ofDatabase;
    return { status: 'degraded', code: 'music_folder', detail: musicDirProblem };
  };
  const serving = await bus.serve(
    'catalog',
    handlers(deps, { health, imports, folders, keeper, sealing, covers, index, listeners, renaming }),
  );
  const forgetting = new BackgroundLoop({
    pass: () => forgetOldStreams(deps.orm),
    everyMs: FORGET_STREAMS_EVERY_MS,
    retryMs: FORGET_STREAMS_EVERY_MS,
    onFailure: (error) => log.warn({ error }, 'old streams could not be deleted'),
  });
  forgetting.wake();
  index.start();

  if (config.musicDir !== null) {
    const begun = imports.start(config.musicDir);
    begun.then(
      () => keeper.wake(),
      (error: unknown) => {
        musicDirProblem = error instanceof Error ? error.message : 'The music folder could not be imported.';
        log.error(`MUSIC_DIR was not imported. ${musicDirProblem}`);
      },
    );
  }
  return {
    health,
    async close() {
      await forgetting.close();
      await serving.close();
      await listeners.close();
      await index.close();
      // Together: what the keeper waits for is ended with the imports.
      await Promise.all([keeper.close(), imports.close(), renaming.close()]);
      await sealing.close();
      await measuring.close();
      await covers.close();
      await relay.close();
    },
  };
}

function handlers(
  deps: Deps,
  own: {
    health: Catalog['health'];
    imports: Imports;
    folders: Folders;
    keeper: Keeper;
    sealing: Sealing;
    covers: CoverStore;
    index: SearchDeps['index'];
    listeners: SearchDeps['listeners'];
    renaming: Renaming;
  },
): RpcHandlers<'catalog'> {
  const { orm } = deps;
  return {
    'catalog.health': () => own.health(),
    'catalog.search': (request) => search({ orm, ...own }, request),
    'catalog.albums': (request) => browseAlbums(orm, request),
    'catalog.album': (request) => albumPage(orm, request),
    'catalog.artists': (request) => browseArtists(orm, request),
    'catalog.artist': (request) => artistPage(orm, request),
    'catalog.trackList': (request) => browseTracks(orm, request),
    'catalog.tracks': async ({ ids }) => ({ tracks: await tracksByIds(orm, ids) }),
    'catalog.named': async ({ albums, artists, includeWithdrawn }) => ({
      albums: await albumsByIds(orm, albums, includeWithdrawn),
      artists: await artistsByIds(orm, artists, includeWithdrawn),
    }),
    'catalog.songs': async (wanted) => ({ songs: await listSongs(deps, wanted) }),
    'catalog.durations': ({ ids }) => durationsOf(orm, ids),
    'catalog.albumList': async (wanted) => ({ albums: await listAlbums(orm, wanted) }),
    'catalog.artistIndex': async (wanted) => ({ artists: await listArtists(orm, wanted) }),
    'catalog.genreList': async () => ({ genres: await listGenres(orm) }),
    'catalog.folder': (request) => readFolder(deps, request, (ids) => songsByIds(deps, ids)),
    'catalog.genres': (request) => browseGenres(orm, request),
    'catalog.genre': async ({ id }) => ({ genre: await oneGenre(orm, id) }),
    'catalog.years': async () => ({ years: await albumYears(orm) }),
    'catalog.musicFolders': async () => ({ folders: await rootFolders(deps) }),
    'catalog.musicFolder': (request) => folderPage(deps, request),
    'catalog.shelves': async ({ tracks, ...request }) => ({
      ...(await albumShelves(orm, request)),
      tracks: await shownTracks(orm, tracks),
    }),
    'catalog.mix': (request) => mix(deps, request),
    'catalog.smart': (request) => chooseTracks(deps, request),
    'catalog.lyrics': async ({ id, includeWithdrawn }) => ({ lyrics: await lyricsOf(orm, id, includeWithdrawn) }),
    'catalog.match': async ({ wanted }) => ({ tracks: await matchTracks(orm, wanted) }),
    'catalog.cover': ({ id, size }) => own.covers.get(id, size),
    'catalog.grant': (request) => forPlayback(() => grantPlayback(deps, own.sealing, request)),
    'catalog.release': async (request) => {
      await releaseStream(orm, request);
      return {};
    },
    'catalog.source': ({ versionId }) => forPlayback(() => sourceOf(orm, versionId)),
    'catalog.plain': (request) => forPlayback(() => grantPlain(deps, own.sealing, request)),
    'catalog.retire': async ({ versionId, reason }) => {
      await retireVersion(deps, versionId, reason);
      return {};
    },
    'catalog.withdraw': async ({ trackId, withdrawn }) => {
      await setWithdrawn(deps, trackId, withdrawn);
      return {};
    },
    'catalog.tagRules': () => readRules(orm),
    'catalog.setTagRules': async ({ rules }) => {
      await setRules(orm, rules);
      own.renaming.wake();
      return await readRules(orm);
    },
    'catalog.previewTagRules': (request) => previewRules(orm, request),
    'catalog.tagSheet': ({ tracks }) => readTagSheet(orm, tracks),
    'catalog.editTags': async ({ accountId, ...change }) => {
      const changed = await editTags(orm, accountId, change);
      await own.renaming.soon();
      return changed;
    },
    'catalog.tagEdits': (page) => listEdits(orm, page),
    'catalog.revertTagEdit': async ({ accountId, id }) => {
      const changed = await revertEdit(orm, accountId, id);
      await own.renaming.soon();
      return changed;
    },
    'catalog.undoTagEdit': async ({ accountId, id }) => {
      const changed = await undoEdit(orm, accountId, id);
      await own.renaming.soon();
      return changed;
    },
    'catalog.import': async ({ folder, reread }) => {
      const begun = await own.imports.start(folder, reread);
      own.keeper.wake();
      return begun;
    },
    'catalog.folders': async () => ({ folders: await own.folders.list() }),
    'catalog.removeFolder': async ({ id }) => {
      const removed = await own.folders.remove(id);
      await own.imports.stopIn(removed);
      own.keeper.wake();
      return {};
    },
    'catalog.imports': async () => ({ imports: await own.imports.list() }),
    'catalog.summary': () => summary(orm),
  };
}

import { and, inArray, isNull, notInArray, or } from 'drizzle-orm';
import { MediaError } from '@/lib/media-store/media-store';
import type { Deps } from '../deps';
import { type Folders, rootOf } from '../folders/folders';
import { nameFile } from '../naming';
import { tracks } from '../schema';
import type { ReadFile } from '../store-files';
import { normalise } from '../text';
import { findMoves, type KnownFile, type NewFile, type Place } from './moves';

/** A track whose file lies elsewhere now. */
export interface Move {
  trackId: string;
  from: string;
  to: string;
}

/** Tracks of one sound, such as silence, that are compared with new files. */
const MAX_KNOWN = 500;

/**
 * Finds the tracks that files, which the catalogue does not know by their keys, are of.
 * @param root key of the imported folder that the files lie in
 */
export async function findMoved(
  deps: Deps,
  folders: Pick<Folders, 'all' | 'whyAway'>,
  root: string,
  files: readonly ReadFile[],
): Promise<Move[]> {
  if (files.length === 0) return [];
  const hashes = files.flatMap(({ audioHash }) => audioHash ?? []);
  const sizes = [...new Set(files.map(({ size }) => size))];
  const known = await deps.orm
    .select({
      trackId: tracks.id,
      mediaKey: tracks.mediaKey,
      audioHash: tracks.audioHash,
      size: tracks.size,
      durationS: tracks.durationS,
      titleKey: tracks.titleKey,
      artistKey: tracks.artistKey,
      albumKey: tracks.albumKey,
    })
    .from(tracks)
    .where(
      and(
        or(inArray(tracks.audioHash, hashes), and(isNull(tracks.audioHash), inArray(tracks.size, sizes))),
        notInArray(
          tracks.mediaKey,
          files.map(({ mediaKey }) => mediaKey),
        ),
      ),
    )
    .limit(MAX_KNOWN);
  if (known.length === 0) return [];
  const roots = await folders.all();
  // Where files are imported from is there.
  const away = new Map<string, Promise<boolean>>([[root, Promise.resolve(false)]]);
  const isAway = (its: string): Promise<boolean> => {
    const looked = away.get(its) ?? folders.whyAway(its).then((why) => why !== null);
    away.set(its, looked);
    return looked;
  };
  const placed = await Promise.all(
    known.map(async ({ mediaKey, ...row }): Promise<KnownFile> => {
      const its = rootOf(deps.media, roots, mediaKey);
      const path = its === undefined ? [deps.media.nameOf(mediaKey)] : pathOf(deps, its, mediaKey);
      const place = await placeOf(deps, mediaKey, async () => its !== undefined && (await isAway(its)));
      return { ...row, path, place };
    }),
  );
  const asNew = (file: ReadFile): NewFile => {
    // By its own tags: whose edits are to be over them is what is found out here.
    const names = nameFile(file.tags, file.path, file.folder);
    return {
      ...file,
      path: pathOf(deps, root, file.mediaKey),
      titleKey: normalise(names.title),
      artistKey: normalise(names.artist),
      albumKey: normalise(names.album.title),
    };
  };
  const moves = findMoves(files.map(asNew), placed);
  const from = new Map(known.map(({ trackId, mediaKey }) => [trackId, mediaKey]));
  return [...moves].map(([to, trackId]) => ({ trackId, from: from.get(trackId) ?? '', to }));
}

/** Names below the folder. */
function pathOf({ media }: Deps, root: string, key: string): string[] {
  return media.namesFrom(root, key).slice(1);
}

async function placeOf({ media }: Deps, key: string, isAway: () => Promise<boolean>): Promise<Place> {
  try {
    await media.stat(key);
    return 'there';
  } catch (error) {
    const isGone = error instanceof MediaError && ['missing', 'not_a_file'].includes(error.code);
    if (!isGone) return 'unknown';
    return (await isAway()) ? 'away' : 'gone';
  }
}

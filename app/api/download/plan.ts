/** What a listener asked to keep: which files it has, and what they are called. */
import type { Account } from '@/lib/auth/sessions';
import type { Config } from '@/lib/config/config';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import { type Archive, albumArchive, type PlannedDownload, playlistArchive, trackFileName } from '@/lib/downloads/plan';
import { trackIdsOf } from '../_lib/smart';
import type { RestCall } from '../rest/endpoint';
import { albumById, songsById, songsOf } from '../rest/library';

interface Asker {
  ask: RestCall['ask'];
  account: Pick<Account, 'id' | 'role'>;
  config: Pick<Config, 'downloads'>;
}

export type DownloadKind = 'track' | 'album' | 'playlist';

/** Whether music may be kept as files by this account, by the server's setting. */
export const mayDownload = ({ downloads }: Pick<Config, 'downloads'>, account: Pick<Account, 'role'> | null): boolean =>
  account !== null && (downloads === 'on' || (downloads === 'admins' && account.role === 'admin'));

/**
 * @param wanted.kind left out where an id is all that is known: the first that has it, in the order of `DownloadKind`
 * @throws {EnxameError} `forbidden` where the server does not allow it; `not_found`
 */
export async function planDownload(
  asker: Asker,
  wanted: { kind?: DownloadKind; id: string },
): Promise<PlannedDownload> {
  if (!mayDownload(asker.config, asker.account)) {
    throw new EnxameError('forbidden', 'This server does not allow downloads.');
  }
  const { kind, id } = wanted;
  if (kind !== undefined) return PLANS[kind](asker, id);
  const plans = Object.values(PLANS);
  for (const plan of plans.slice(0, -1)) {
    const found = await plan(asker, id).catch((error: unknown) => {
      if (isEnxameError(error) && error.code === 'not_found') return null;
      throw error;
    });
    if (found !== null) return found;
  }
  return PLANS.playlist(asker, id);
}

const PLANS: Record<DownloadKind, (asker: Asker, id: string) => Promise<PlannedDownload>> = {
  async track({ ask }, id) {
    const [song] = await songsById(ask, [id]);
    if (song === undefined) throw new EnxameError('not_found', 'This track does not exist.');
    return { kind: 'file', name: trackFileName(song), trackId: song.id };
  },
  async album({ ask }, id) {
    const album = await albumById(ask, id);
    return archiveOf(albumArchive(album, await songsOf(ask, { albumId: id })));
  },
  async playlist({ ask, account }, id) {
    const playlist = await ask('playlists.get', { id, accountId: account.id });
    const { trackIds } = await trackIdsOf(ask, playlist);
    return archiveOf(playlistArchive(playlist, await songsById(ask, trackIds)));
  },
};

function archiveOf(archive: Archive): PlannedDownload {
  if (archive.entries.length === 0) throw new EnxameError('not_found', 'There is no file to download here.');
  return { kind: 'archive', ...archive };
}

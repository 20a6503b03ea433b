import type * as z from 'zod/mini';
import type { Account } from '@/lib/auth/sessions';
import type { answers } from '@/lib/contracts/subsonic';
import { MUSIC_FOLDER } from './shapes';

/** What an account may do, as apps ask it. Nothing is administered through the API. */
export function userOf(account: Account, downloads: boolean): z.output<typeof answers.user>['user'] {
  return {
    username: account.email,
    email: account.email,
    scrobblingEnabled: true,
    adminRole: account.role === 'admin',
    settingsRole: false,
    downloadRole: downloads,
    uploadRole: false,
    playlistRole: true,
    coverArtRole: false,
    commentRole: false,
    podcastRole: false,
    streamRole: true,
    jukeboxRole: false,
    shareRole: false,
    videoConversionRole: false,
    folder: [MUSIC_FOLDER.id],
  };
}

/** The operating system's media keys and panel. */
import { catalogue } from '@/lib/contracts/api/catalogue';
import { addressOf } from '@/lib/contracts/api/endpoint';
import type { Track } from '@/lib/contracts/catalog';
import type { Player } from './api';

const SEEK_STEP_S = 10;

/** @returns what the player tells the operating system; does nothing where the browser has no Media Session */
export function mediaSession(
  player: Pick<Player, 'play' | 'pause' | 'next' | 'previous' | 'seek' | 'state'>,
  session: MediaSession | undefined = globalThis.navigator?.mediaSession,
) {
  const handlers: [MediaSessionAction, MediaSessionActionHandler][] = [
    ['play', () => player.play()],
    ['pause', () => player.pause()],
    ['nexttrack', () => player.next()],
    ['previoustrack', () => player.previous()],
    ['seekto', ({ seekTime }) => seekTime !== undefined && player.seek(seekTime)],
    ['seekforward', ({ seekOffset }) => player.seek(player.state().positionS + (seekOffset ?? SEEK_STEP_S))],
    ['seekbackward', ({ seekOffset }) => player.seek(player.state().positionS - (seekOffset ?? SEEK_STEP_S))],
  ];
  const setHandler = (action: MediaSessionAction, handler: MediaSessionActionHandler | null) => {
    try {
      session?.setActionHandler(action, handler);
    } catch {
      // An action this browser does not know.
    }
  };
  for (const [action, handler] of handlers) setHandler(action, handler);

  return {
    track(track: Track | null): void {
      if (!session) return;
      session.metadata = track
        ? new MediaMetadata({
            title: track.title,
            artist: track.artist,
            album: track.album,
            artwork: track.coverId ? [{ src: pictureOf(track.coverId) }] : [],
          })
        : null;
    },
    /** At each change but the passing of time, which the operating system counts by itself. */
    playing(playing: boolean, positionS: number, durationS: number, speed = 1): void {
      if (!session) return;
      session.playbackState = playing ? 'playing' : 'paused';
      if (Number.isFinite(durationS) && durationS > 0) {
        const position = Math.min(Math.max(0, positionS), durationS);
        session.setPositionState?.({ duration: durationS, position, playbackRate: speed });
      } else {
        // Not that of the track before.
        session.setPositionState?.();
      }
    },
    close(): void {
      for (const [action] of handlers) setHandler(action, null);
      if (session) {
        session.metadata = null;
        session.playbackState = 'none';
        session.setPositionState?.();
      }
    },
  };
}

const pictureOf = (id: string) => addressOf(catalogue.cover, { params: { id }, query: { size: 'large' } });

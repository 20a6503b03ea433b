import { beforeEach, describe, expect, it, vi } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { mediaSession } from './media-session';

/** The operating system's side: what it was told last. */
function fakeSession() {
  const handlers = new Map<string, MediaSessionActionHandler | null>();
  return {
    handlers,
    metadata: null as unknown,
    playbackState: 'none',
    position: undefined as MediaPositionState | undefined,
    setActionHandler(action: string, handler: MediaSessionActionHandler | null) {
      if (action === 'seekforward') throw new TypeError('an action that this browser does not know');
      handlers.set(action, handler);
    },
    setPositionState(state?: MediaPositionState) {
      this.position = state;
    },
  };
}

const player = {
  play: vi.fn(),
  pause: vi.fn(),
  next: vi.fn(),
  previous: vi.fn(),
  seek: vi.fn(),
  state: () => ({ positionS: 42 }) as never,
};

describe('the Media Session', () => {
  let fake: ReturnType<typeof fakeSession>;
  let session: ReturnType<typeof mediaSession>;
  beforeEach(() => {
    fake = fakeSession();
    vi.stubGlobal(
      'MediaMetadata',
      class {
        constructor(readonly given: object) {}
      },
    );
    session = mediaSession(player, fake as never);
  });

  it.each([
    [12, 60, { duration: 60, position: 12, playbackRate: 1 }],
    // A decoder may end a little later than the tags say.
    [60.2, 60, { duration: 60, position: 60, playbackRate: 1 }],
    [-1, 60, { duration: 60, position: 0, playbackRate: 1 }],
    [0, 0, undefined],
    [3, Number.NaN, undefined],
    [3, Number.POSITIVE_INFINITY, undefined],
  ])('at %f s of %f s has the position %j', (positionS, durationS, expected) => {
    session.playing(true, 30, 300);
    session.playing(false, positionS, durationS);
    expect(fake.position).toEqual(expected);
    expect(fake.playbackState).toBe('paused');
  });

  it('names the track, with its cover', () => {
    session.track(someTrack({ title: 'Onda', coverId: 'c'.repeat(22) }));
    const artwork = [{ src: `/api/covers/${'c'.repeat(22)}?size=large` }];
    expect(fake.metadata).toMatchObject({ given: { title: 'Onda', artwork } });
    session.track(null);
    expect(fake.metadata).toBeNull();
  });

  it('jumps where the system says, by what it says, and 10 s else', () => {
    fake.handlers.get('seekto')?.({ action: 'seekto', seekTime: 7 });
    fake.handlers.get('seekbackward')?.({ action: 'seekbackward' });
    fake.handlers.get('seekbackward')?.({ action: 'seekbackward', seekOffset: 5 });
    expect(player.seek.mock.calls).toEqual([[7], [32], [37]]);
  });

  it('leaves nothing behind', () => {
    session.track(someTrack({}));
    session.playing(true, 1, 60);
    session.close();
    expect(fake).toMatchObject({ metadata: null, playbackState: 'none', position: undefined });
    expect([...fake.handlers.values()].every((handler) => handler === null)).toBe(true);
  });
});

/** All asset versions that this tab takes part in, by version id: opened for the player, fetched, closed and still served, revoked. */
import { importContentKey } from '@/lib/assets/seal';
import { headChunk } from '@/lib/assets/seek/points';
import type { Gateway } from '@/lib/client/gateway';
import { type EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { GrantHead } from '@/lib/contracts/grant-head';
import { type Manifest, manifestHeadLength } from '@/lib/contracts/manifest';
import type { Grant } from '@/lib/contracts/playback';
import { orAborted } from '@/lib/util/abort';
import type { Clock } from '@/lib/util/clock';
import type { Preloader } from '../tracker-client/preloader';
import type { AssetReader } from './asset-reader';
import { AssetSession, type SessionOwner, type SessionParts } from './asset-session';
import { CachedAsset } from './cached-asset';
import { checkFirstSound, type FirstSound, manifestOf } from './first-sound';
import { fromBase64, manifestFor } from './manifests';
import { PlainCache } from './plain-cache';

export interface AssetSessionsOptions extends Omit<SessionParts, 'plain' | 'originPace'> {
  gateway: Gateway;
  preloader: Preloader;
}

/** Versions that were opened in this page and are still served; the one opened longest ago is left first. Half of what the tracker takes. */
const MAX_SESSIONS = 32;

/** A manifest that broke off is asked for again after this, ms. */
const MANIFEST_RETRY_MS = 1000;

export class AssetSessions implements SessionOwner {
  /** By version id, the one opened longest ago first. */
  private readonly sessions = new Map<string, AssetSession>();
  private readonly plain = new PlainCache();
  private readonly parts: SessionParts;

  constructor(private readonly options: AssetSessionsOptions) {
    this.parts = { ...options, plain: this.plain, originPace: { chunkS: null, sendsPieces: true } };
  }

  /**
   * Gets a grant for the track, checks the manifest, and begins to fetch.
   * @param atS seconds into the track where it is heard at once; undefined: it is not heard at once
   * @throws {EnxameError} the refusal's reason; the signal's reason
   */
  async open(trackId: string, signal: AbortSignal, atS: number | undefined): Promise<AssetReader> {
    const reader = await this.prepare(trackId, signal, atS);
    this.play(reader);
    return reader;
  }

  /** The same for what is not played yet: others are not told, and only what is said to be likely is fetched. */
  async prepare(trackId: string, signal: AbortSignal, atS?: number): Promise<AssetReader> {
    const { admissions, store, fetch, changes, closing } = this.options;
    const [{ grant, head, sound }, { publicKey }] = await Promise.all([
      this.grantFor(trackId, atS, signal),
      orAborted(admissions.current(), signal),
    ]);
    const rawKey = fromBase64(grant.key);
    const [first, key] = await Promise.all([
      sound === null ? null : checkFirstSound(grant, sound, rawKey, publicKey),
      importContentKey(rawKey, ['decrypt']),
    ]);
    const along = sound === null ? null : manifestOf(sound);
    const cached = () => store.manifest(grant.versionId);
    const whole = (until: AbortSignal) => manifestFor(grant, { cached, along, fetch, publicKey, signal: until });
    let session = this.sessions.get(grant.versionId);
    if (session === undefined && first !== null) {
      signal.throwIfAborted();
      session = this.beginAhead(grant, trackId, first, () => whole(closing));
    } else {
      session = await this.begin(grant, trackId, await whole(signal), signal);
    }
    this.keep(session);
    const reader = session.open(grant, key);
    if (first !== null) reader.startWith(first.plain);
    // In the same turn: before the download plans to fetch it.
    if (head !== null) session.expectChunk(headChunk(session.manifest, atS ?? 0), head);
    for (const { chunk, coming } of first?.chunks ?? []) session.expectChunk(chunk, coming);
    this.makeRoom();
    changes.touch();
    return reader;
  }

  /** The session of a version whose manifest was checked. */
  private async begin(
    grant: Grant,
    trackId: string,
    { manifest, bytes }: { manifest: Manifest; bytes: Uint8Array },
    signal: AbortSignal,
  ): Promise<AssetSession> {
    const { store } = this.options;
    const held = await store.use(grant.versionId, { trackId, manifest: bytes });
    const known = this.sessions.get(grant.versionId);
    if (signal.aborted) {
      if (known?.isPlaying !== true) store.release(grant.versionId);
      throw signal.reason;
    }
    if (known !== undefined) return known;
    return new AssetSession(
      new CachedAsset(grant.versionId, trackId, manifest, bytes.slice(0, manifestHeadLength(bytes)), held, store),
      grant,
      this.parts,
      this,
    );
  }

  /** The session of a version of whose manifest only the head is here and was checked; nothing is kept before the rest of it is. */
  private beginAhead(
    grant: Grant,
    trackId: string,
    { manifest: head, manifestHead }: FirstSound,
    whole: () => ReturnType<typeof manifestFor>,
  ): AssetSession {
    const { store, clock } = this.options;
    const { versionId } = grant;
    const cached = CachedAsset.ahead(versionId, trackId, head, manifestHead, store);
    const session = new AssetSession(cached, grant, this.parts, this);
    const complete = async () => {
      const isNeeded = () => session.isPlaying;
      const { manifest, bytes } = await withRetries(whole, isNeeded, clock);
      const held = await store.use(versionId, { trackId, manifest: bytes });
      cached.complete(manifest, held);
      if (!session.isPlaying) store.release(versionId);
    };
    complete().catch((error) => {
      session.abort(error);
      session.close();
    });
    return session;
  }

  /** What was prepared is played. */
  play(reader: AssetReader): void {
    this.options.nowPlaying.opened(reader);
    reader.comesNext(null);
    this.join(reader);
    this.options.changes.touch();
  }

  /** What was prepared will be played before long: its swarm is joined. */
  join({ versionId }: AssetReader): void {
    this.options.preloader.joining(versionId);
    this.sessions.get(versionId)?.membership.join();
  }

  get(versionId: string): AssetSession | undefined {
    return this.sessions.get(versionId);
  }

  all(): readonly AssetSession[] {
    return [...this.sessions.values()];
  }

  /** A version may not be played, served or kept any more. */
  revoke(versionId: string, error: EnxameError): void {
    this.plain.evict(versionId);
    void this.options.store.evict(versionId);
    const session = this.sessions.get(versionId);
    if (session === undefined) return;
    this.options.grants.evict(session.trackId);
    session.abort(error);
    session.close();
  }

  sessionClosed(session: AssetSession): void {
    if (this.sessions.get(session.versionId) === session) this.sessions.delete(session.versionId);
    this.options.pool.detach(session);
  }

  /** Closes all with the peer; whoever reads is told `reason`. */
  close(reason: unknown): void {
    for (const session of this.all()) {
      session.abort(reason);
      session.close({ leave: false });
    }
  }

  /** A chunk comes with the grant where the track is heard at once and nothing of it is cached. */
  private async grantFor(
    trackId: string,
    atS: number | undefined,
    signal: AbortSignal,
  ): Promise<{ grant: Grant; head: GrantHead['head'] | null; sound: GrantHead['sound'] }> {
    const { grants, gateway, store } = this.options;
    if (atS === undefined || store.knows(trackId)) {
      return { grant: await grants.get(trackId, signal), head: null, sound: null };
    }
    return await grants.getWithHead(trackId, () => gateway.grantWithHead(trackId, atS), signal);
  }

  private keep(session: AssetSession): void {
    const { preloader, pool } = this.options;
    // Last in the map: last to be left.
    this.sessions.delete(session.versionId);
    this.sessions.set(session.versionId, session);
    pool.attach(session);
    const covered = preloader.coverageOf(session.versionId);
    if (covered !== null) session.membership.coverageKnown(covered);
  }

  private makeRoom(): void {
    for (const session of this.sessions.values()) {
      if (this.sessions.size <= MAX_SESSIONS) return;
      if (!session.isPlaying) session.close();
    }
  }
}

/** Until the server is in reach, or nobody needs it any more. @throws what `get` throws */
async function withRetries<T>(get: () => Promise<T>, isNeeded: () => boolean, clock: Clock): Promise<T> {
  for (;;) {
    try {
      return await get();
    } catch (error) {
      if (!isEnxameError(error) || error.code !== 'unavailable' || !isNeeded()) throw error;
      await new Promise<void>((resolve) => clock.after(MANIFEST_RETRY_MS, () => resolve()));
    }
  }
}

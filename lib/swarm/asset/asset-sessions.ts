/** All asset versions that this tab takes part in, by version id: opened for the player, fetched, closed and still served, revoked. */
import { importContentKey } from '@/lib/assets/seal';
import { headChunk } from '@/lib/assets/seek/points';
import type { Gateway } from '@/lib/client/gateway';
import type { EnxameError } from '@/lib/contracts/errors';
import type { GrantHead } from '@/lib/contracts/grant-head';
import type { Grant } from '@/lib/contracts/playback';
import { orAborted } from '@/lib/util/abort';
import type { Preloader } from '../tracker-client/preloader';
import type { AssetReader } from './asset-reader';
import { AssetSession, type SessionOwner, type SessionParts } from './asset-session';
import { CachedAsset } from './cached-asset';
import { fromBase64, manifestFor } from './manifests';
import { PlainCache } from './plain-cache';

export interface AssetSessionsOptions extends Omit<SessionParts, 'plain' | 'originPace'> {
  gateway: Gateway;
  preloader: Preloader;
}

/** Versions that were opened in this page and are still served; the one opened longest ago is left first. Half of what the tracker takes. */
const MAX_SESSIONS = 32;

export class AssetSessions implements SessionOwner {
  /** By version id, the one opened longest ago first. */
  private readonly sessions = new Map<string, AssetSession>();
  private readonly plain = new PlainCache();
  private readonly parts: SessionParts;

  constructor(private readonly options: AssetSessionsOptions) {
    this.parts = { ...options, plain: this.plain, originPace: { chunkS: null } };
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
    const { admissions, store, fetch, changes } = this.options;
    const [{ grant, head }, { publicKey }] = await Promise.all([
      this.grantFor(trackId, atS, signal),
      orAborted(admissions.current(), signal),
    ]);
    const [{ manifest, bytes }, key] = await Promise.all([
      manifestFor(grant, { cached: () => store.manifest(grant.versionId), fetch, publicKey, signal }),
      importContentKey(fromBase64(grant.key), ['decrypt']),
    ]);
    const held = await store.use(grant.versionId, { trackId, manifest: bytes });
    const known = this.sessions.get(grant.versionId);
    if (signal.aborted) {
      if (known?.isPlaying !== true) store.release(grant.versionId);
      throw signal.reason;
    }
    const cached = () => new CachedAsset(grant.versionId, trackId, manifest, held, store);
    const session = known ?? new AssetSession(cached(), grant, this.parts, this);
    this.keep(session);
    const reader = session.open(grant, key);
    // In the same turn: before the download plans to fetch it.
    if (head !== null) session.expectChunk(headChunk(manifest, atS ?? 0), head);
    this.makeRoom();
    changes.touch();
    return reader;
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
  ): Promise<{ grant: Grant; head: GrantHead['head'] | null }> {
    const { grants, gateway, store } = this.options;
    if (atS === undefined || store.knows(trackId)) return { grant: await grants.get(trackId, signal), head: null };
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

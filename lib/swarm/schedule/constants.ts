/**
 * Starting values of the policies, from the design's table. Each has its unit in its name and its source beside it; all are to be tuned
 * by measurement. "Spotify 2010" is Kreitz and Niemelä, "Spotify: Large Scale, Low Latency, P2P Music-on-Demand Streaming".
 */

/** The origin is never further ahead of the playhead than this while peers hold the chunk. Spotify 2010: first 15 s from the server. */
export const ORIGIN_AHEAD_S = 15;
/** How far ahead the origin is used while no peer holds the chunk, before whole-track filling begins. Twice ORIGIN_AHEAD_S. */
export const ORIGIN_ALONE_AHEAD_S = 30;
/**
 * How far ahead the origin is used for what another listener, who lacks it too, is to fetch and pass on. More than URGENT_S, under which
 * nobody serves: when many begin at once, all must be able to serve before the first of them can be served.
 */
export const ORIGIN_OTHERS_AHEAD_S = 6;
/**
 * How far ahead the origin is used while the tracker is asked and links are dialled (0.35 to 0.8 s in Chromium, measured): as many times
 * what it last took to bring a chunk, within these bounds. Before that is known, what is heard first and no more: every listener who
 * presses play at once costs the origin this much.
 */
export const ORIGIN_DIALLING_MARGIN = 6;
export const ORIGIN_DIALLING_LEAST_S = 1;
export const ORIGIN_DIALLING_MOST_S = 5;
/**
 * For a track just opened the origin's reach grows from this, by FILL_PACE times the time since: when many press play at once, what the
 * first fetches for later would make the others wait for their first second (bench:swarm, flash).
 */
export const ORIGIN_START_AHEAD_S = 4.5;
/** The origin is asked for a track that does not play (paused, or next in the queue) only this far ahead. Spotify 2010: 10 s left. */
export const ORIGIN_PAUSED_AHEAD_S = 10;
/**
 * A jump that is likely is made in about this long: a hand rests over the bar for 0.3 s before it clicks. Less than ORIGIN_DIALLING_LEAST_S,
 * so that the origin is asked where no link brings it in time.
 */
export const JUMP_EXPECTED_IN_S = 0.3;
/** What the origin is bringing and is due within this has the line to itself: a third of a second of it may have come ahead (0021). Guess. */
export const DUE_NOW_S = 1;
/** Sound buffered, under which playback is in danger: origin for what peers cannot bring in time, own uploads pause. Spotify 2010: 3 s. */
export const URGENT_S = 3;
/**
 * A chunk that the player waits for without sound is asked of a second source after this long. Hedging: Dean and Barroso, "The Tail at Scale". A
 * chunk takes 26 ms over 20 Mbit/s and 105 over 5: jumps were 340 to 470 ms with 250, 110 to 150 with 80 (simulator).
 */
export const HEAD_HEDGE_MS = 80;
/**
 * For such a chunk a link is asked first when it is expected to take at most this many times as long as the origin last took: what is
 * expected of a link is by its rate alone, and knows nothing of how busy the other end is. With 2, jumps took 240 to 270 ms where
 * with 0.5 they took 200 to 220 (bench:swarm, jump; plain HTTP 60 to 90 in the same runs), at no more bytes from the origin.
 */
export const HEAD_LINK_FAVOUR = 0.5;
/** The same, at most, for one that is due within URGENT_S; half of the sound that is left, where that is less. */
export const URGENT_HEDGE_MS = 750;
/** How much longer, at most, while the peer is busy delivering what it was asked before. Guess. */
export const DELIVERING_GRACE_MS = 1500;
/** Longest wait that a link is trusted with for a chunk that is due at once, by its rate and what it owes already. Guess. */
export const HEAD_PATIENCE_S = 1;
/** A request older than this is slow: another peer is asked. Twice PEER_OUTSTANDING_S. */
export const PEER_SLOW_MS = 4000;
/** A request older than this is given up. */
export const PEER_GIVE_UP_MS = 10_000;
/**
 * A jump that lands this many chunks behind what a request to the origin brings next gets a request of its own: less is not worth
 * beginning anew. Guess.
 */
export const JUMP_PAST_CHUNKS = 4;
/** Bytes outstanding at a peer: this many seconds of its measured rate, at least one chunk. Spotify 2010: 2 s. */
export const PEER_OUTSTANDING_S = 2;
/**
 * The same for what is not needed soon: a line that is full of it makes a jump late. This much keeps it full over most round trips.
 */
export const PREFETCH_OUTSTANDING_S = 0.25;
/** Rate of a peer before it is measured, bytes a second: 2 Mbit/s, a slow home's uplink. */
export const PEER_INITIAL_BPS = 256 * 1024;
/** Requests in flight to all peers together; bounds memory at 64 x 64 KiB. */
export const MAX_PEER_FLIGHTS = 64;
/** Longest span of one request to the origin, in chunks (1 MiB): long enough to be rare, short enough to be cheap to give up. */
export const ORIGIN_SPAN_CHUNKS = 16;
/** Requests to the origin at once. */
export const MAX_ORIGIN_SPANS = 3;
/** Whole-track filling from the origin begins this long after the asset was opened: most skips happen within the first seconds. */
export const BACKGROUND_AFTER_MS = 10_000;
/** A peer that holds this many chunks more than another leads it. What is known of others is a fraction of a second old, in which some arrive. */
export const LEAD_CHUNKS = 8;
/** Equals share what nobody has in runs of this many chunks: short enough to be fair, long enough to be one request. */
export const RENDEZVOUS_BLOCK_CHUNKS = 4;
/** How long an unanswered tracker is waited for before the origin is asked as if others lacked it too. */
export const TRACKER_PATIENCE_MS = 2000;
/** A peer that is not to be asked for longer than this counts as holding nothing. */
export const BACKOFF_IS_ABSENT_MS = 1500;
/**
 * The whole track is fetched at this many times the pace at which it sounds: eighty seconds for one of four minutes. At full speed eight listeners on two
 * cores took each other's sound away (bench:swarm), and most of what is fetched early of a track that is skipped is fetched in vain.
 */
export const FILL_PACE = 3;
/** How many chunks beyond the near window are looked at in one round; bounds the work of a round for very long assets. */
export const FAR_WINDOW_CHUNKS = 1024;
/** A round is held at least this often while something is missing. */
export const PLAN_EVERY_MS = 250;
/** Changes that nobody waits for are planned for together, after this long at most: eight peers bring forty announcements a second. */
export const PLAN_SOON_MS = 50;
/** A peer that holds fewer chunks than this is told at once of what it lacks: it is at the start, and would go to the origin. */
export const TELL_EARLY_CHUNKS = 16;
/** Others are told at most this often of what they lack: a chunk of 64 KiB is two seconds of sound. */
export const TELL_EVERY_MS = 1000;
/** And of what they hold already, which only says how rare it is. */
export const TELL_IDLE_MS = 5000;

/** Uploads at a time. Spotify 2010: 4. */
export const UPLOAD_SLOTS = 4;
/** Of these, one link has at most: who reads slowly must not hold up the others. */
export const UPLOAD_SLOTS_PER_LINK = 2;
/** Bytes a second sent to all peers together: 32 Mbit/s, half of what two Chromium tabs moved on a loaded machine (60 to 110 Mbit/s). */
export const UPLOAD_CAP_BPS = 4 * 1024 * 1024;
/** Requests of one link that wait for a slot; more are refused as `busy`. A well-behaved asker has MAX_PEER_FLIGHTS at most. */
export const UPLOAD_QUEUE_PER_LINK = 64;

/** Share of the browser's quota for the cache, over all tabs. Spotify 2010: 10 % of the free disk. */
export const CACHE_QUOTA_SHARE = 0.1;
/** And never more than this, in bytes (2 GiB). */
export const CACHE_MAX_BYTES = 2 * 1024 ** 3;

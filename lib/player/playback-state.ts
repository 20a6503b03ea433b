/** The states of one play of one track, and what leads from one to the next. */
import { isEnxameError } from '@/lib/contracts/errors';
import type { OpenAsset } from '@/lib/swarm/api';
import type { MseOutput } from './output/mse';
import type { PlainOutput } from './output/plain';
import { isTemporary } from './retry';

/** The browser opens its MediaSource, and the swarm the track. */
export interface Opening {
  name: 'opening';
  output: MseOutput;
}

/** The bytes of the asset are fed to the element. */
export interface Feeding {
  name: 'feeding';
  output: MseOutput;
  asset: OpenAsset;
}

/** The element loads the plain file by itself. */
export interface Plain {
  name: 'plain';
  output: PlainOutput;
}

/** What the element plays. */
export type Source = Opening | Feeding | Plain;

/**
 * What a play is doing.
 *
 * | from                    | when                                           | to                         |
 * | ----------------------- | ---------------------------------------------- | -------------------------- |
 * | new                     | it begins                                      | opening, or plain          |
 * | opening                 | the track is open                              | feeding                    |
 * | opening, feeding        | the browser does not take the bytes            | plain                      |
 * | opening, feeding        | the file has changed, for the first time       | opening                    |
 * | opening, feeding        | a failure that may pass                        | retrying                   |
 * | opening, feeding        | any other failure                              | failed                     |
 * | opening, feeding, plain | the browser has no audio output                | retrying                   |
 * | plain                   | the element reports another error              | checking                   |
 * | checking                | the server's answer says whether that may pass | retrying, or failed        |
 * | retrying                | the wait is over                               | opening, feeding, or plain |
 * | any                     | `close`                                        | closed                     |
 */
export type PlaybackState =
  | { name: 'new' }
  | Source
  /** The server is asked why the plain file fails: the element does not say. */
  | { name: 'checking'; source: Plain }
  /** A failure that may pass. The source stays: a jump may find its bytes before the wait is over. */
  | { name: 'retrying'; source: Source }
  | { name: 'failed' }
  | { name: 'closed' };

/** What the element plays, or will play once a check or a wait is over. */
export function sourceOf(state: PlaybackState): Source | null {
  switch (state.name) {
    case 'opening':
    case 'feeding':
    case 'plain':
      return state;
    case 'checking':
    case 'retrying':
      return state.source;
    case 'new':
    case 'failed':
    case 'closed':
      return null;
  }
}

/**
 * What to do when opening or feeding a track failed: try again, open the changed file, play the plain file, or give up.
 * @param reopened a changed file was opened once before in this play
 */
export function afterFailure(error: unknown, reopened: boolean): 'retry' | 'reopen' | 'plain' | 'fail' {
  if (isTemporary(error)) return 'retry';
  // No error of the service: the browser did not take the bytes.
  if (!isEnxameError(error)) return 'plain';
  return error.code === 'version_retired' && !reopened ? 'reopen' : 'fail';
}

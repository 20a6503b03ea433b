'use client';
import { useTranslations } from 'next-intl';
import { fromWireError } from '@/lib/contracts/enxame-error';
import type { PlayerState } from '@/lib/player/api';
import { useErrorText } from '../errors';
import { usePlayerState } from '../listening/context';
import { useConnectionDown, useLasting } from '../shell/offline';

/** Sound that comes sooner needs no word: under 0.3 s a press still feels answered. */
const SAID_AFTER_MS = 300;

/** What a listener who hears nothing waits for: the server, the end of a failure that may pass, or bytes. Null: nothing. */
export function waitingFor(
  { status, error }: Pick<PlayerState, 'status' | 'error'>,
  connectionDown: boolean,
): 'server' | 'failure' | 'bytes' | null {
  if (status !== 'loading' && status !== 'stalled') return null;
  if (connectionDown) return 'server';
  return error === null ? 'bytes' : 'failure';
}

/** The same as a sentence, once it has lasted for so long that it is to be said. */
export function useWaitingText(): string | null {
  const t = useTranslations('player.waiting');
  const errorText = useErrorText();
  const status = usePlayerState((state) => state.status);
  const error = usePlayerState((state) => state.error);
  const waiting = waitingFor({ status, error }, useConnectionDown());
  const lasting = useLasting(waiting !== null, SAID_AFTER_MS);
  if (!lasting || waiting === null) return null;
  return waiting === 'failure' && error !== null
    ? errorText(fromWireError(error))
    : t(waiting === 'server' ? 'server' : 'buffering');
}

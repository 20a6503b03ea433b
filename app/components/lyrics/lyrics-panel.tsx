'use client';
import { useTranslations } from 'next-intl';
import type { LyricLine } from '@/lib/contracts/lyrics';
import { useCurrentTrack } from '../listening/context';
import { useLyrics, useMe } from '../queries';
import { Pending, Skeleton } from '../ui/states';
import { SyncedLyrics } from './synced-lyrics';

/** The words of the current track. Scrolls by itself: give it a height. @param large beside the large cover */
export function LyricsPanel({ large = false }: { large?: boolean }) {
  const t = useTranslations('player');
  const track = useCurrentTrack();
  if (track === null) return <p className="px-5 text-sm text-soft">{t('nothing')}</p>;
  return <LyricsOf key={track.id} trackId={track.id} large={large} />;
}

function LyricsOf({ trackId, large }: { trackId: string; large: boolean }) {
  const query = useLyrics(trackId);
  if (query.data === undefined) {
    return (
      <div className="px-5 pt-2">
        <Pending query={query}>
          <div className="grid gap-4">
            {['w-3/5', 'w-4/5', 'w-2/5', 'w-3/4'].map((width) => (
              <Skeleton key={width} className={`h-6 ${width}`} />
            ))}
          </div>
        </Pending>
      </div>
    );
  }
  const { lyrics } = query.data;
  if (lyrics === null) return <NoLyrics />;
  return lyrics.synced ? (
    <SyncedLyrics lines={lyrics.lines} large={large} />
  ) : (
    <PlainLyrics lines={lyrics.lines} large={large} />
  );
}

function PlainLyrics({ lines, large }: { lines: readonly LyricLine[]; large: boolean }) {
  const t = useTranslations('lyrics');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section tabIndex={0} aria-label={t('title')} className="h-full overflow-y-auto px-7 pb-10 [scrollbar-width:thin]">
      {lines.map((line, i) => (
        <p
          // biome-ignore lint/suspicious/noArrayIndexKey: lines never change their order
          key={i}
          dir="auto"
          className={`min-h-[0.8em] ${large ? 'text-xl leading-relaxed' : 'text-base leading-relaxed'}`}
        >
          {line.text}
        </p>
      ))}
    </section>
  );
}

function NoLyrics() {
  const t = useTranslations('lyrics');
  const isAdmin = useMe().data?.account?.role === 'admin';
  return (
    <div className="px-5 py-2">
      <p className="font-medium">{t('none')}</p>
      {isAdmin && <p className="mt-1 text-sm text-soft">{t('noneHint')}</p>}
    </div>
  );
}

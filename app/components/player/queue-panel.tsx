'use client';
import { Play, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { QueueItem } from '@/lib/player/api';
import { clock } from '../format';
import { Cover } from '../library/cover';
import { useListening, usePlayerState } from '../listening/context';
import { useInterface } from '../shell/interface';
import { Button, IconButton } from '../ui/button';

/** What plays, and what comes. */
export function QueuePanel() {
  const t = useTranslations('queue');
  const { command } = useListening();
  const { newPlaylist } = useInterface();
  const queue = usePlayerState((state) => state.queue);
  const index = usePlayerState((state) => state.index);
  if (queue.length === 0) return <p className="text-sm text-soft">{t('empty')}</p>;
  const current = queue[index];
  const coming = queue.slice(index + 1);
  return (
    <div className="grid grid-cols-1 gap-6">
      {current !== undefined && (
        <section>
          <h3 className="mb-1.5 text-xs font-medium text-soft">{t('now')}</h3>
          <Row item={current} current />
        </section>
      )}
      <section>
        <h3 className="mb-1.5 text-xs font-medium text-soft">{t('next')}</h3>
        {coming.length === 0 ? (
          <p className="text-sm text-soft">{t('nothingNext')}</p>
        ) : (
          <ol className="grid grid-cols-1 gap-0.5">
            {coming.map((item) => (
              <li key={item.key}>
                <Row item={item} />
              </li>
            ))}
          </ol>
        )}
      </section>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => newPlaylist(queue.map((item) => item.track))}>{t('save')}</Button>
        <Button look="quiet" onClick={() => command((player) => player.clear())}>
          {t('clear')}
        </Button>
      </div>
    </div>
  );
}

function Row({ item, current = false }: { item: QueueItem; current?: boolean }) {
  const t = useTranslations('queue');
  const { command } = useListening();
  const { track } = item;
  return (
    <div className="group -mx-2 flex items-center gap-3 rounded-lg px-2 py-1.5 hover:bg-wash">
      <button
        type="button"
        aria-label={t('jump', { title: track.title })}
        aria-current={current || undefined}
        onClick={() => command((player) => player.jumpTo(item.key))}
        className="relative shrink-0 rounded-md"
      >
        <Cover coverId={track.coverId} seed={track.albumId} className="size-10" />
        <span className="absolute inset-0 grid place-items-center rounded-md bg-black/55 opacity-0 group-hover:opacity-100">
          <Play className="size-4 fill-current text-white" aria-hidden="true" />
        </span>
      </button>
      <div className="min-w-0 flex-1">
        <p className={`truncate text-sm font-medium ${current ? 'text-accent' : ''}`}>{track.title}</p>
        <p className="truncate text-xs text-soft">{track.artist}</p>
      </div>
      <span className="text-xs text-soft numbers">{clock(track.durationS)}</span>
      {!current && (
        <IconButton
          label={t('remove', { title: track.title })}
          className="-mr-2 size-8"
          onClick={() => command((player) => player.edit({ kind: 'remove', keys: [item.key] }))}
        >
          <X className="size-4" aria-hidden="true" />
        </IconButton>
      )}
    </div>
  );
}

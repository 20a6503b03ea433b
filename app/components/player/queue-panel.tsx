'use client';
import { ChevronDown, ChevronRight, Play, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type RefObject, useMemo, useState } from 'react';
import type { QueueEdit, QueueItem } from '@/lib/player/api';
import { clock } from '../format';
import { Cover } from '../library/cover';
import { Cell, type RowParts, TrackGrid } from '../library/track-grid';
import { useListening, usePlayerState } from '../listening/context';
import { useRadio } from '../listening/radio';
import { useInterface } from '../shell/interface';
import { Button, IconButton } from '../ui/button';
import { toast } from '../ui/toast';

/** What plays, and what comes. @param scroller scrolls the panel */
export function QueuePanel({ scroller }: { scroller: RefObject<HTMLElement | null> }) {
  const t = useTranslations('queue');
  const { command } = useListening();
  const { newPlaylist } = useInterface();
  const edit = useQueueEdit();
  const queue = usePlayerState((state) => state.queue);
  const index = usePlayerState((state) => state.index);
  const coming = useMemo(() => queue.slice(index + 1), [queue, index]);
  /** What came before, the last first. */
  const earlier = useMemo(() => queue.slice(0, Math.max(0, index)).reverse(), [queue, index]);
  if (queue.length === 0) return <p className="text-sm text-soft">{t('empty')}</p>;
  const current = queue[index];
  const jump = (item: QueueItem | undefined) => {
    if (item !== undefined) command((player) => player.jumpTo(item.key));
  };
  return (
    <div className="grid grid-cols-1 gap-6">
      {earlier.length > 0 && <Earlier items={earlier} scroller={scroller} onPlay={jump} />}
      {current !== undefined && (
        <section>
          <h3 className="mb-1.5 text-xs font-medium text-soft">{t('now')}</h3>
          <TrackGrid
            rows={[current]}
            label={t('now')}
            onPlay={() => command((player) => player.toggle())}
            cells={(item, _, parts) => <Cells item={item} parts={{ ...parts, play: () => jump(item) }} current />}
          />
        </section>
      )}
      <section>
        <div className="mb-1.5 flex min-h-9 items-center gap-1">
          <h3 className="mr-auto text-xs font-medium text-soft">{t('next')}</h3>
          <Button look="quiet" className="px-2.5 py-1" onClick={() => newPlaylist(queue.map((item) => item.track))}>
            {t('save')}
          </Button>
          {coming.length > 0 && (
            <Button
              look="quiet"
              className="-mr-2.5 px-2.5 py-1"
              onClick={() => edit({ kind: 'clearUpcoming' }, t('cleared'))}
            >
              {t('clear')}
            </Button>
          )}
        </div>
        {coming.length === 0 ? (
          <p className="text-sm text-soft">{t('nothingNext')}</p>
        ) : (
          <TrackGrid
            rows={coming}
            label={t('next')}
            scroller={scroller}
            onPlay={(row) => jump(coming[row])}
            onMove={(keys, before) => edit({ kind: 'move', keys, before }, t('moved', { count: keys.length }))}
            onRemove={(keys) => edit({ kind: 'remove', keys }, t('removed', { count: keys.length }))}
            removeLabel={t('removeSelected')}
            cells={(item, _, parts) => <Cells item={item} parts={parts} />}
          />
        )}
        <RadioSwitch />
      </section>
    </div>
  );
}

/** What the queue has left behind, closed at first: from there it can be played again. */
function Earlier({
  items,
  scroller,
  onPlay,
}: {
  items: readonly QueueItem[];
  scroller: RefObject<HTMLElement | null>;
  onPlay: (item: QueueItem | undefined) => void;
}) {
  const t = useTranslations('queue');
  const [shown, setShown] = useState(false);
  const Icon = shown ? ChevronDown : ChevronRight;
  return (
    <section>
      <Button
        look="quiet"
        aria-expanded={shown}
        className="-ml-2.5 px-2.5 py-1 text-xs"
        onClick={() => setShown(!shown)}
      >
        <Icon className="size-4" aria-hidden="true" />
        {t('earlier', { count: items.length })}
      </Button>
      {shown && (
        <TrackGrid
          rows={items}
          label={t('earlier', { count: items.length })}
          scroller={scroller}
          onPlay={(row) => onPlay(items[row])}
          cells={(item, _, parts) => <Cells item={item} parts={parts} mayRemove={false} />}
        />
      )}
    </section>
  );
}

/** Whether similar tracks follow where the queue ends. */
function RadioSwitch() {
  const t = useTranslations('queue');
  const [on, turn] = useRadio();
  const repeats = usePlayerState((state) => state.repeat !== 'off');
  return (
    <label className="mt-4 flex cursor-pointer items-start gap-3 rounded-xl border p-3.5 text-sm">
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        checked={on}
        onChange={(event) => turn(event.target.checked)}
        className="mt-0.5 size-4.5 shrink-0 accent-accent"
      />
      <span className="min-w-0">
        <span className="block font-semibold">{t('radio')}</span>
        <span className="mt-0.5 block text-soft">{on && repeats ? t('radioRepeats') : t('radioText')}</span>
      </span>
    </label>
  );
}

/** Changes the queue and says so, with a way back. */
function useQueueEdit() {
  const t = useTranslations('queue');
  const { command } = useListening();
  return (change: QueueEdit, said: string) =>
    command((player) => {
      const undo = player.edit(change);
      toast(said, { action: { label: t('undo'), onClick: () => player.undo(undo) } });
    });
}

function Cells({
  item: { track },
  parts: { tabIndex, play, remove },
  current = false,
  mayRemove = !current,
}: {
  item: QueueItem;
  parts: RowParts;
  current?: boolean;
  mayRemove?: boolean;
}) {
  const t = useTranslations('queue');
  return (
    <>
      <Cell className="shrink-0">
        <button
          type="button"
          aria-label={t('jump', { title: track.title })}
          aria-current={current || undefined}
          tabIndex={tabIndex}
          onClick={play}
          className="relative block rounded-md"
        >
          <Cover coverId={track.coverId} seed={track.albumId} className="size-10" />
          <span className="absolute inset-0 grid place-items-center rounded-md bg-black/55 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
            <Play className="size-4 fill-current text-white" aria-hidden="true" />
          </span>
        </button>
      </Cell>
      <Cell className="min-w-0 flex-1">
        <p className={`truncate text-sm font-medium ${current ? 'text-accent' : ''}`}>{track.title}</p>
        <p className="truncate text-xs text-soft">{track.artist}</p>
      </Cell>
      <Cell className="grid w-9 shrink-0 place-items-center text-right text-xs text-soft numbers *:col-start-1 *:row-start-1">
        <span className={mayRemove ? 'group-focus-within:invisible group-hover:invisible' : ''}>
          {clock(track.durationS)}
        </span>
        {mayRemove && (
          <IconButton
            label={t('remove', { title: track.title })}
            tabIndex={tabIndex}
            className="invisible size-8 group-focus-within:visible group-hover:visible"
            onClick={remove}
          >
            <X className="size-4" aria-hidden="true" />
          </IconButton>
        )}
      </Cell>
    </>
  );
}

'use client';
import { useLocale, useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import type { ChunkSource } from '@/lib/swarm/api';
import { count } from '../format';
import { usePlayerState } from '../listening/context';
import { cellCentre, cellSource, countSources, layoutComb } from './honeycomb';

const MAX_HEIGHT_PX = 150;
const SOURCES: readonly ChunkSource[] = ['peer', 'cache', 'origin', 'none'];

/** The current track as a comb: one cell a chunk, filled in the colour of where it came from; the ear's place is ringed. */
export function ChunkMap({ sources }: { sources: readonly ChunkSource[] }) {
  const t = useTranslations('swarm');
  const locale = useLocale();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const heard = usePlayerState((state) =>
    state.durationS > 0 ? Math.floor((state.positionS / state.durationS) * sources.length) : -1,
  );
  useEffect(() => {
    if (box.current === null) return;
    const seen = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    seen.observe(box.current);
    return () => seen.disconnect();
  }, []);
  const layout = layoutComb(sources.length, Math.max(width, 120), MAX_HEIGHT_PX);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (canvas.current === null || context == null || width === 0) return;
    const scale = devicePixelRatio;
    canvas.current.width = width * scale;
    canvas.current.height = layout.height * scale;
    context.scale(scale, scale);
    const style = getComputedStyle(canvas.current);
    const colour = (source: ChunkSource) => style.getPropertyValue(`--source-${source}`);
    const radius = layout.cell * 0.52;
    const cells = Math.ceil(sources.length / layout.perCell);
    // One path a colour: thousands of cells are four fills.
    for (const source of SOURCES) {
      context.beginPath();
      for (let i = 0; i < cells; i += 1) {
        if (cellSource(sources, i * layout.perCell, layout.perCell) !== source) continue;
        const { x, y } = cellCentre(layout, i);
        hexagon(context, x, y, radius);
      }
      context.fillStyle = colour(source);
      context.fill();
    }
    if (heard >= 0 && heard < sources.length) {
      const { x, y } = cellCentre(layout, Math.floor(heard / layout.perCell));
      context.beginPath();
      hexagon(context, x, y, Math.max(3, radius));
      context.lineWidth = 2;
      context.strokeStyle = style.getPropertyValue('--ink');
      context.stroke();
    }
  }, [sources, layout, width, heard]);

  const counts = countSources(sources);
  return (
    <div ref={box}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={t('map', { total: sources.length, ...counts })}
        style={{ width: '100%', height: layout.height }}
        className="block"
      />
      <ul className="mt-3 grid grid-cols-2 gap-x-4 gap-y-1.5 text-xs text-soft">
        {SOURCES.map((source) => (
          <li key={source} className="flex items-center gap-2">
            <SourceDot source={source} />
            <span className="flex-1">{t(`source.${source}`)}</span>
            <span className="text-ink numbers">{count(counts[source], locale)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function SourceDot({ source }: { source: ChunkSource }) {
  return (
    <svg viewBox="0 0 10 10" className="size-2.5 shrink-0" aria-hidden="true">
      <path d="M5 0l4.33 2.5v5L5 10 .67 7.5v-5z" fill={`var(--source-${source})`} />
    </svg>
  );
}

function hexagon(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  for (let corner = 0; corner < 6; corner += 1) {
    const angle = (Math.PI / 3) * corner + Math.PI / 6;
    const [px, py] = [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    if (corner === 0) context.moveTo(px, py);
    else context.lineTo(px, py);
  }
  context.closePath();
}

'use client';
import type { Simulation, SimulationLinkDatum, SimulationNodeDatum } from 'd3-force';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import type { SwarmSnapshot } from '@/lib/contracts/signaling';
import { HEXAGON } from '../ui/hexagon';
import { usePeerNames } from './peer-names';

const WIDTH = 640;
const HEIGHT = 340;
/** More than this cannot be told apart in the picture; the table has them all. */
const MAX_DRAWN = 150;
/** Characters of a name below its hexagon. */
const MAX_LABEL_CHARS = 16;

interface Node extends SimulationNodeDatum {
  id: string;
}
type Link = SimulationLinkDatum<Node>;

/** Who is linked to whom. Peers that play are filled; a line is thicker the more went over it. The table below says the same. */
export function SwarmPicture({ snapshot }: { snapshot: SwarmSnapshot }) {
  const t = useTranslations('admin');
  const peers = snapshot.peers.slice(0, MAX_DRAWN);
  const nameOf = usePeerNames(snapshot.peers);
  const places = usePlaces(snapshot, peers);
  const most = Math.max(1, ...snapshot.links.map((link) => link.bytes));
  return (
    <svg
      role="img"
      aria-label={t('picture', { peers: snapshot.peers.length, links: snapshot.links.length })}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className="block w-full"
    >
      {snapshot.links.map((link) => {
        const [a, b] = [places.get(link.a), places.get(link.b)];
        if (a === undefined || b === undefined) return null;
        return (
          <line
            key={`${link.a} ${link.b}`}
            x1={a.x}
            y1={a.y}
            x2={b.x}
            y2={b.y}
            stroke="var(--source-peer)"
            strokeOpacity={0.35 + 0.5 * (link.bytes / most)}
            strokeWidth={1 + 4 * Math.sqrt(link.bytes / most)}
          />
        );
      })}
      {peers.map((peer) => {
        const place = places.get(peer.peer);
        if (place === undefined) return null;
        const { listener, device } = nameOf(peer.peer);
        return (
          <g key={peer.peer} transform={`translate(${place.x} ${place.y})`}>
            <path
              d={HEXAGON}
              transform="translate(-14.4 -14.4) scale(1.2)"
              fill={peer.playing ? 'var(--source-peer)' : 'var(--surface)'}
              stroke={peer.mode === 'off' ? 'var(--line-strong)' : 'var(--source-peer)'}
              strokeWidth="1.5"
            />
            <title>{`${listener}, ${device}`}</title>
            <text y="28" textAnchor="middle" fontSize="11" fontWeight="600" fill="var(--ink)">
              {listener.length > MAX_LABEL_CHARS ? `${listener.slice(0, MAX_LABEL_CHARS - 1)}…` : listener}
            </text>
            <text y="40" textAnchor="middle" fontSize="9.5" fill="var(--ink-soft)">
              {device}
            </text>
          </g>
        );
      })}
      {peers.length === 0 && (
        <text x={WIDTH / 2} y={HEIGHT / 2} textAnchor="middle" fontSize="15" fill="var(--ink-soft)">
          {t('nobody')}
        </text>
      )}
    </svg>
  );
}

/** Places found by forces; who was there before starts from where it stood, so that the picture moves and does not jump. */
function usePlaces(
  snapshot: SwarmSnapshot,
  peers: SwarmSnapshot['peers'],
): ReadonlyMap<string, { x: number; y: number }> {
  const [places, setPlaces] = useState<ReadonlyMap<string, { x: number; y: number }>>(new Map());
  const nodes = useRef(new Map<string, Node>());
  const simulation = useRef<Simulation<Node, Link>>(null);
  // Only a change of who and whom moves anything; bytes do not.
  const shape = JSON.stringify([peers.map((p) => p.peer), snapshot.links.map((l) => [l.a, l.b])]);

  useEffect(() => {
    let stale = false;
    void import('d3-force').then((d3) => {
      if (stale) return;
      const [ids, pairs] = JSON.parse(shape) as [string[], [string, string][]];
      nodes.current = new Map(ids.map((id) => [id, nodes.current.get(id) ?? { id }]));
      const known = [...nodes.current.values()];
      const links = pairs
        .filter(([a, b]) => nodes.current.has(a) && nodes.current.has(b))
        .map(([source, target]) => ({ source, target }));
      const running = d3
        .forceSimulation<Node, Link>(known)
        .force(
          'link',
          d3
            .forceLink<Node, Link>(links)
            .id((node) => node.id)
            .distance(130)
            .strength(0.3),
        )
        .force('charge', d3.forceManyBody<Node>().strength(-620))
        .force('x', d3.forceX<Node>(WIDTH / 2).strength(0.045))
        .force('y', d3.forceY<Node>(HEIGHT / 2).strength(0.12))
        .force('apart', d3.forceCollide<Node>(42))
        .stop();
      simulation.current = running;
      const frame = () => {
        if (stale) return;
        running.tick(2);
        setPlaces(new Map(known.map((node) => [node.id, inside(node)])));
        if (running.alpha() > running.alphaMin()) requestAnimationFrame(frame);
      };
      frame();
    });
    return () => {
      stale = true;
      simulation.current?.stop();
    };
  }, [shape]);
  return places;
}

/** Room for the labels at the edges. */
const MARGIN = 46;
const clamp = (value: number, max: number) => Math.min(max - MARGIN, Math.max(MARGIN, value));
const inside = (node: Node) => ({ x: clamp(node.x ?? WIDTH / 2, WIDTH), y: clamp(node.y ?? HEIGHT / 2, HEIGHT) });

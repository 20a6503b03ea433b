'use client';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import { NewPlaylist } from '../playlists/new-playlist';

export type Panel = 'queue' | 'swarm';

/** What is open around the pages; stays as it is from page to page. */
interface Interface {
  panel: Panel | null;
  setPanel: (panel: Panel | null) => void;
  /** The player over the whole screen, on a phone. */
  expanded: boolean;
  setExpanded: (on: boolean) => void;
  /** Asks for a name and makes a playlist of these tracks. */
  newPlaylist: (tracks: readonly Track[]) => void;
}

const Context = createContext<Interface | null>(null);

export function useInterface(): Interface {
  const value = useContext(Context);
  if (value === null) throw new Error('useInterface needs an InterfaceProvider above it');
  return value;
}

export function InterfaceProvider({ children }: { children: ReactNode }) {
  const [panel, setPanel] = useState<Panel | null>(null);
  const [expanded, setExpanded] = useState(false);
  const [tracks, setTracks] = useState<readonly Track[] | null>(null);
  const newPlaylist = useCallback((chosen: readonly Track[]) => setTracks(chosen), []);
  const value = useMemo(
    () => ({ panel, setPanel, expanded, setExpanded, newPlaylist }),
    [panel, expanded, newPlaylist],
  );
  return (
    <Context value={value}>
      {children}
      <NewPlaylist tracks={tracks} onClose={() => setTracks(null)} />
    </Context>
  );
}

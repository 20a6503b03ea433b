'use client';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import { later } from '../later';
import { MenuProvider } from '../ui/menu';

const AddToPlaylist = later(() => import('../playlists/add-to-playlist').then((module) => module.AddToPlaylist));
const ShortcutSheet = later(() => import('../listening/shortcut-sheet').then((module) => module.ShortcutSheet));
const TagEditor = later(() => import('../tags/tag-editor').then((module) => module.TagEditor));
const NewPlaylist = later(() => import('../playlists/edit-playlist').then((module) => module.NewPlaylist));

export type Panel = 'queue' | 'lyrics' | 'swarm';

/** What is open around the pages; stays as it is from page to page. */
interface Interface {
  panel: Panel | null;
  setPanel: (panel: Panel | null) => void;
  /** The player over the whole screen. */
  expanded: boolean;
  setExpanded: (on: boolean) => void;
  /** The sheet of keyboard shortcuts. */
  setShortcutsShown: (on: boolean) => void;
  /** Asks for a name and makes a playlist of these tracks. */
  newPlaylist: (tracks: readonly Track[]) => void;
  /** Asks which playlist these go to. */
  addToPlaylist: (tracks: readonly Track[]) => void;
  /** For administrators: edits their tags. */
  editTags: (tracks: readonly Track[]) => void;
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
  const [shortcutsShown, setShortcutsShown] = useState(false);
  const [toName, setToName] = useState<readonly Track[] | null>(null);
  const [toPlace, setToPlace] = useState<readonly Track[] | null>(null);
  const [toEdit, editTags] = useState<readonly Track[] | null>(null);
  const newPlaylist = useCallback((tracks: readonly Track[]) => setToName(tracks), []);
  const addToPlaylist = useCallback((tracks: readonly Track[]) => setToPlace(tracks), []);
  const value = useMemo(
    () => ({ panel, setPanel, expanded, setExpanded, setShortcutsShown, newPlaylist, addToPlaylist, editTags }),
    [panel, expanded, newPlaylist, addToPlaylist],
  );
  return (
    <Context value={value}>
      <MenuProvider>{children}</MenuProvider>
      {shortcutsShown && <ShortcutSheet open onClose={() => setShortcutsShown(false)} />}
      {toName !== null && <NewPlaylist tracks={toName} onClose={() => setToName(null)} />}
      {toEdit !== null && <TagEditor tracks={toEdit} onClose={() => editTags(null)} />}
      {toPlace !== null && <AddToPlaylist tracks={toPlace} onClose={() => setToPlace(null)} onNew={newPlaylist} />}
    </Context>
  );
}

'use client';
/** What the browser's tab is called: what plays, else what the page is about, else what the server called the page. */
import { useEffect } from 'react';
import { sounds } from '@/lib/player/api';
import { useCurrentTrack, usePlayerState } from '../listening/context';

const SITE = 'Enxame';

/** Puts its names in the place of the server's, and gives the server's back. */
export class TabTitle {
  private readonly wanted = { playing: null as string | null, page: null as string | null };
  private ofServer: string;
  private shown: string;

  /** @param page whose `title` the server sets again with each page, at any time */
  constructor(private readonly page: { title: string }) {
    this.ofServer = page.title;
    this.shown = page.title;
  }

  /** @param title null: none of this kind */
  set(kind: 'playing' | 'page', title: string | null): void {
    this.wanted[kind] = title;
    this.apply();
  }

  /** The page's title may have changed. */
  changed(): void {
    if (this.page.title === this.shown) return;
    this.ofServer = this.page.title;
    this.apply();
  }

  private apply(): void {
    this.shown = this.wanted.playing ?? this.wanted.page ?? this.ofServer;
    if (this.page.title !== this.shown) this.page.title = this.shown;
  }
}

let ofTab: TabTitle | null = null;

/** One for as long as the page lives, as there is one title. */
function tabTitle(): TabTitle {
  if (ofTab !== null) return ofTab;
  const title = new TabTitle(document);
  new MutationObserver(() => title.changed()).observe(document.head, {
    childList: true,
    subtree: true,
    characterData: true,
  });
  ofTab = title;
  return title;
}

/** While a track plays the tab is called by it. A component, and no hook, so that a press of play does not draw anew what stands around it. */
export function TitleOfTrack(): null {
  const track = useCurrentTrack();
  const plays = usePlayerState(sounds);
  const title = track === null || !plays ? null : `${track.title} · ${track.artist}`;
  useEffect(() => {
    tabTitle().set('playing', title);
    return () => tabTitle().set('playing', null);
  }, [title]);
  return null;
}

/** The name of a page that may change while it is open. @param name undefined: not known yet */
export function usePageTitle(name: string | undefined): void {
  useEffect(() => {
    tabTitle().set('page', name === undefined ? null : `${name} · ${SITE}`);
    return () => tabTitle().set('page', null);
  }, [name]);
}

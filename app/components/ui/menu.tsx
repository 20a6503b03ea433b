'use client';
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { later } from '../later';
import type { MenuRequest } from './menu-request';

const MenuContent = later(() => import('./menu-content').then((module) => module.MenuContent));

const Context = createContext<((request: MenuRequest) => void) | null>(null);

/** Opens a menu. */
export function useMenu(): (request: MenuRequest) => void {
  const open = useContext(Context);
  if (open === null) throw new Error('useMenu needs a MenuProvider above it');
  return open;
}

/** The one menu of a page: a list of thousands of rows has no menu in each. What draws it is loaded after the page. */
export function MenuProvider({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState<{ request: MenuRequest; n: number } | null>(null);
  const open = useCallback((request: MenuRequest) => setOpened((last) => ({ request, n: (last?.n ?? 0) + 1 })), []);
  const close = useCallback(() => setOpened(null), []);
  return (
    <Context value={open}>
      {children}
      {opened !== null && <MenuContent key={opened.n} request={opened.request} onClose={close} />}
    </Context>
  );
}

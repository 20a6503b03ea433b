/** What pages are called, and whether there is what they are about: known before anything of the page is sent, so that the status is right. */
import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { cache } from 'react';
import { runtime } from '@/app/api/_lib/runtime';
import type { Account } from '@/lib/auth/sessions';
import { isEnxameError } from '@/lib/contracts/errors';
import { id as idSchema } from '@/lib/contracts/ids';
import type messages from '@/messages/en.json';

/** For `generateMetadata` of a page that is called what the navigation calls it. */
export const titled = (key: keyof typeof messages.nav) => async (): Promise<Metadata> => {
  const t = await getTranslations('nav');
  return { title: t(key) };
};

type Subject = 'albums' | 'artists' | 'genres' | 'playlists';
type Params = { params: Promise<{ id: string }> };

const NAMES: Record<Subject, (id: string, account: Account) => Promise<string>> = {
  async albums(id, { id: asker, role }) {
    const found = await runtime().questions.ask(asker, 'catalog.album', {
      id,
      limit: 1,
      includeWithdrawn: role === 'admin',
    });
    return found.album.title;
  },
  async artists(id, { id: asker, role }) {
    const found = await runtime().questions.ask(asker, 'catalog.artist', {
      id,
      limit: 1,
      includeWithdrawn: role === 'admin',
    });
    return found.artist.name;
  },
  async genres(id, { id: asker }) {
    return (await runtime().questions.ask(asker, 'catalog.genre', { id })).genre.name;
  },
  async playlists(id, { id: accountId }) {
    return (await runtime().questions.ask(accountId, 'playlists.get', { id, accountId })).name;
  },
};

/** @returns null where there is none, undefined where that cannot be told now: then the page asks for itself, and shows what went wrong */
const nameOf = cache(async (subject: Subject, id: string): Promise<string | null | undefined> => {
  const sent = await headers();
  // A page that is opened from another one may be about a playlist that is being made: the browser shows it, and names it.
  if (subject === 'playlists' && !isDocument(sent)) return undefined;
  try {
    const { account } = await runtime().accounts.session(sent);
    if (account === null) return undefined;
    if (!idSchema.safeParse(id).success) return null;
    return await NAMES[subject](id, account);
  } catch (error) {
    return isEnxameError(error) && error.code === 'not_found' ? null : undefined;
  }
});

/** Whether the browser loads a whole page, and not a part of one by script. */
const isDocument = (sent: Headers) => sent.get('accept')?.includes('text/html') ?? false;

/** For `generateMetadata` of a page about one of these. */
export const titledByName =
  (subject: Subject) =>
  async ({ params }: Params): Promise<Metadata> => {
    const name = await nameOf(subject, (await params).id);
    if (name === null) return titledNotFound();
    return name === undefined ? titled(subject)() : { title: name };
  };

/** Answers 404, with the page that says so, where there is none of this id. To be awaited before anything is rendered. */
export async function assertThere(subject: Subject, id: string): Promise<void> {
  if ((await nameOf(subject, id)) === null) notFound();
}

export async function titledNotFound(): Promise<Metadata> {
  const t = await getTranslations('notFound');
  return { title: t('title') };
}

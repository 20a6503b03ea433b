import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import { NextIntlClientProvider } from 'next-intl';
import { getLocale, getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { readMe } from './components/me.server';
import { readTheme, THEME_COOKIE } from './components/preferences';
import { Providers } from './components/providers';
import './globals.css';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('app');
  return {
    title: { default: 'Enxame', template: '%s · Enxame' },
    description: t('description'),
    manifest: '/manifest.webmanifest',
    icons: { icon: '/icon.svg', apple: '/icon-192.png' },
  };
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  // The paper of day and night (globals.css).
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf6ee' },
    { media: '(prefers-color-scheme: dark)', color: '#191310' },
  ],
};

/** The theme comes from a cookie and stands in the first byte of the page: nothing flashes, and no script of ours is needed. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = readTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html lang={await getLocale()} data-theme={theme === 'system' ? undefined : theme}>
      <body className="antialiased">
        <NextIntlClientProvider>
          <Providers me={await readMe()}>{children}</Providers>
        </NextIntlClientProvider>
      </body>
    </html>
  );
}

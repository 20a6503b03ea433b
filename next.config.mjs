import createNextIntlPlugin from 'next-intl/plugin';

const withIntl = createNextIntlPlugin({
  requestConfig: './i18n/request.ts',
  // Texts are parsed by the build and not in the browser, which then need not load the parser (9 KB gzipped).
  experimental: { messages: { path: './messages', format: 'json', locales: 'infer', precompile: true } },
});

export default withIntl({
  // Types are checked by `npm run check:types`, once, not again in each build.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  // Covers come from the gateway in two sizes: the image optimizer would only be one more thing strangers may ask of.
  images: { unoptimized: true },
  experimental: {
    // Pages are loaded when they are first asked for: 45 MB less, and a quicker start.
    preloadEntriesOnStart: false,
    // A page that cannot be fetched waits for the server in place of the browser's own error page, which would end the music.
    useOffline: true,
    // Seconds. Pages hold no data of their own, queries do: one that was open opens again without asking the server.
    staleTimes: { dynamic: 3600, static: 3600 },
  },
});

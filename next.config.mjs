import createNextIntlPlugin from 'next-intl/plugin';

const withIntl = createNextIntlPlugin('./i18n/request.ts');

export default withIntl({
  // Types are checked by `npm run check:types`, once, not again in each build.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  // Covers come from the gateway in two sizes: the image optimizer would only be one more thing strangers may ask of.
  images: { unoptimized: true },
  // Pages are loaded when they are first asked for: 45 MB less, and a quicker start.
  experimental: { preloadEntriesOnStart: false },
});

import createNextIntlPlugin from 'next-intl/plugin';

const withIntl = createNextIntlPlugin('./i18n/request.ts');

export default withIntl({
  // Types are checked by `npm run check:types`, once, not again in each build.
  typescript: { ignoreBuildErrors: true },
});

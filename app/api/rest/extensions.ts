import type { Runtime } from '../_lib/runtime';

/** What this server does beyond the Subsonic API, by the names that OpenSubsonic gives it. */
export function extensions({ conversions }: Pick<Runtime, 'conversions'>) {
  const names = ['formPost', 'apiKeyAuthentication', 'songLyrics', 'indexBasedQueue', 'playbackReport'];
  if (conversions.formats.size > 0) names.push('transcodeOffset');
  return names.map((name) => ({ name, versions: [1] }));
}

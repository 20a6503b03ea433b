/** How the names in tags are split, as an administrator may set it. */
import * as z from 'zod/mini';
import { line } from './fields';

/** At most so many entries in each list, of so many characters each. */
const MAX_ENTRIES = 200;
const MAX_ENTRY_CHARS = 300;

const entries = z.array(line(MAX_ENTRY_CHARS, 1)).check(z.maxLength(MAX_ENTRIES));
/** White space at the ends of a separator matters: ` / ` leaves `AC/DC` alone. */
const separators = z
  .array(
    z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(20),
        z.regex(/^[^\p{Cc}\p{Cs}]*[^\p{Cc}\p{Cs}\s][^\p{Cc}\p{Cs}]*$/u, 'must hold more than white space'),
      ),
  )
  .check(z.maxLength(MAX_ENTRIES));

export const tagRules = z.object({
  /** Stand between two artists, such as `;`. */
  artistSeparators: separators,
  /** Stand before guests, such as `feat.`; one that begins with a bracket, such as `(with`, counts in that bracket only. */
  guestWords: entries,
  /** Names that are never split, such as `AC/DC`. */
  wholeArtists: entries,
  /** Stand between two genres. */
  genreSeparators: separators,
  wholeGenres: entries,
});
export type TagRules = z.infer<typeof tagRules>;

/**
 * A comma and `&` stand inside too many names to separate any. A slash does only between spaces: ID3v2.3 has it between two artists, and
 * bands have it in their names.
 */
export const DEFAULT_TAG_RULES: TagRules = {
  artistSeparators: [';', ' / '],
  guestWords: ['feat.', 'feat', 'ft.', 'ft', 'featuring', '(with'],
  wholeArtists: [
    'AC/DC',
    'Little Feat',
    'Tyler, The Creator',
    'Earth, Wind & Fire',
    'Simon & Garfunkel',
    'Crosby, Stills & Nash',
    'Crosby, Stills, Nash & Young',
    'Emerson, Lake & Palmer',
    'Blood, Sweat & Tears',
    'Peter, Paul and Mary',
  ],
  genreSeparators: [';', '/', '|'],
  wholeGenres: ['Singer/Songwriter'],
};

/** Differences that a preview of other rules lists. */
export const MAX_PREVIEWED = 100;
const splitText = z.string().check(z.maxLength(1000));
const splitNames = z.array(splitText);

/** What other rules would split otherwise. */
export const rulesPreview = z.object({
  changes: z.array(
    z.object({ kind: z.enum(['artists', 'genres']), text: splitText, before: splitNames, after: splitNames }),
  ),
  /** Tracks whose tags were looked at, of how many. */
  read: z.int(),
  total: z.int(),
  /** What the text to try is split into. */
  sample: z.optional(z.object({ artists: splitNames, genres: splitNames })),
});
export type RulesPreview = z.infer<typeof rulesPreview>;

/** The rules in force. */
export const rulesInForce = z.object({
  rules: tagRules,
  /** Those that come with Enxame. */
  areDefault: z.boolean(),
  /** Tracks that are still to be named by them. */
  waiting: z.int(),
});

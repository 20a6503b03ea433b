/** Rules of splitting names as a form has them: one entry a line. Pure. */
import { type TagRules, tagRules } from '@/lib/contracts/tag-rules';

export const RULE_LISTS = [
  'artistSeparators',
  'guestWords',
  'wholeArtists',
  'genreSeparators',
  'wholeGenres',
] as const satisfies readonly (keyof TagRules)[];
export type RuleList = (typeof RULE_LISTS)[number];
type RuleTexts = Record<RuleList, string>;

/** White space at the ends of a separator matters, and cannot be seen in a field: it is written as this. */
const SPACE = '␣';
const isSeparators = (list: RuleList) => list === 'artistSeparators' || list === 'genreSeparators';

export function textsOf(rules: TagRules): RuleTexts {
  const text = (list: RuleList) =>
    rules[list].map((entry) => (isSeparators(list) ? entry.replaceAll(/^\s+|\s+$/g, SPACE) : entry)).join('\n');
  return Object.fromEntries(RULE_LISTS.map((list) => [list, text(list)])) as RuleTexts;
}

/** @returns with the lists that the server would refuse */
export function rulesOf(texts: RuleTexts): { rules: TagRules; wrong: RuleList[] } {
  const entries = (list: RuleList) => {
    const lines = texts[list].split('\n').map((line) => line.replaceAll('\r', ''));
    const written = isSeparators(list)
      ? lines.map((line) => line.replaceAll(SPACE, ' '))
      : lines.map((line) => line.trim());
    return [...new Set(written.filter((line) => line.trim() !== ''))];
  };
  const rules = Object.fromEntries(RULE_LISTS.map((list) => [list, entries(list)])) as TagRules;
  const wrong = RULE_LISTS.filter((list) => !tagRules.shape[list].safeParse(rules[list]).success);
  return { rules, wrong };
}

import { describe, expect, it } from 'vitest';
import { smartRules } from '@/lib/contracts/smart';
import { SMART_FIELD_NAMES, SMART_FIELDS, SMART_OPERATORS, type SmartRules } from '@/lib/contracts/smart-fields';
import {
  changed,
  type DraftCondition,
  draftOf,
  isIncomplete,
  newCondition,
  rulesOf,
  withField,
  withOperator,
} from './draft';

let keys = 0;
const newKey = () => String(keys++);
const RULES: SmartRules = {
  match: 'any',
  rules: [
    { field: 'genre', op: 'is', value: 'Samba' },
    { match: 'all', rules: [{ field: 'year', op: 'gt', value: 1990 }] },
  ],
  sort: [{ by: 'random', order: 'asc' }],
  limit: 50,
};

describe('rules that are edited', () => {
  it('come out as they went in', () => {
    const draft = draftOf(RULES, newKey);
    expect(rulesOf(draft)).toEqual(RULES);
    expect(isIncomplete(draft)).toBe(false);
  });

  it('leave out what is not complete, and groups that hold nothing else', () => {
    const draft = draftOf(RULES, newKey);
    const [genre, group] = draft.rules;
    const blank = changed(draft, genre?.key ?? '', (rule) => ({ ...(rule as DraftCondition), value: '  ' }));
    expect(isIncomplete(blank)).toBe(true);
    expect(rulesOf(blank).rules).toEqual(RULES.rules.slice(1));
    const inner = group !== undefined && 'match' in group ? group.rules[0] : undefined;
    const emptied = changed(draft, inner?.key ?? '', () => null);
    expect(rulesOf(emptied).rules).toEqual(RULES.rules.slice(0, 1));
  });

  it('keep a value where the other field is compared with the same kind', () => {
    const year: DraftCondition = { key: 'a', field: 'year', op: 'gt', value: 1990 };
    expect(withField(year, 'playCount')).toEqual({ ...year, field: 'playCount' });
    expect(withField(year, 'title')).toEqual({ key: 'a', field: 'title', op: 'is', value: '' });
    expect(withField(year, 'loved')).toEqual({ key: 'a', field: 'loved', op: 'is', value: true });
    expect(withOperator(year, 'isMissing').value).toBeNull();
    expect(withOperator(year, 'inTheRange').value).toEqual(['', '']);
  });

  it('every field and operator can be chosen, and becomes a rule once it has a value', () => {
    const values = { none: null, text: 'a', number: 1, count: 3, flag: true } as const;
    for (const field of SMART_FIELD_NAMES) {
      const type = SMART_FIELDS[field];
      for (const op of SMART_OPERATORS[type]) {
        const chosen = withOperator(withField(newCondition('a'), field), op);
        const one = type === 'number' ? 5 : '2024-02-29';
        const value = Array.isArray(chosen.value) ? [one, one] : op === 'before' || op === 'after' ? one : chosen.value;
        const full = {
          ...chosen,
          value: value === '' ? values.text : value === null && !/^is(Pre|Mis)/.test(op) ? 1 : value,
        };
        const { key: _, ...rule } = full;
        const parsed = smartRules.safeParse({ match: 'all', rules: [rule] });
        expect([field, op, parsed.success]).toEqual([field, op, true]);
      }
    }
  });
});

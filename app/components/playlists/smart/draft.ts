/** Rules while they are being edited: each with a key for its row, and with values that may still be missing. */
import {
  faultOfCondition,
  isSmartGroup,
  SMART_FIELDS,
  SMART_OPERATORS,
  type SmartCondition,
  type SmartField,
  type SmartFieldType,
  type SmartGroup,
  type SmartOperator,
  type SmartRules,
  type SmartSort,
  type SmartValue,
} from '@/lib/contracts/smart-fields';

export interface DraftCondition extends SmartCondition {
  readonly key: string;
}
export interface DraftGroup {
  readonly key: string;
  readonly match: SmartGroup['match'];
  readonly rules: readonly DraftRule[];
}
export type DraftRule = DraftCondition | DraftGroup;
export interface Draft extends DraftGroup {
  readonly sort: readonly (SmartSort & { readonly key: string })[];
  readonly limit: number | null;
}

export const isDraftGroup = (rule: DraftRule): rule is DraftGroup => 'match' in rule;

/** @param newKey makes keys of rows */
export function draftOf(rules: SmartRules, newKey: () => string): Draft {
  const group = ({ match, rules: some }: SmartGroup): DraftGroup => ({
    key: newKey(),
    match,
    rules: some.map((rule) => (isSmartGroup(rule) ? group(rule) : { ...rule, key: newKey() })),
  });
  return { ...group(rules), sort: rules.sort.map((one) => ({ ...one, key: newKey() })), limit: rules.limit };
}

/** The rules that are complete: what is shown of the playlist meanwhile. Groups in which nothing is complete are left out. */
export function rulesOf({ match, rules, sort, limit }: Draft): SmartRules {
  return {
    ...completeGroup({ match, rules }),
    sort: sort.map(({ by, order }) => ({ by, order })),
    limit,
  };
}

/** As it is kept: without its row's key, and without spaces around its text. */
const conditionOf = ({ field, op, value }: DraftCondition): SmartCondition => ({
  field,
  op,
  value: typeof value === 'string' ? value.trim() : value,
});

function completeGroup({ match, rules }: Pick<DraftGroup, 'match' | 'rules'>): SmartGroup {
  const complete = rules.flatMap((rule): (SmartCondition | SmartGroup)[] => {
    if (isDraftGroup(rule)) {
      const group = completeGroup(rule);
      return group.rules.length === 0 ? [] : [group];
    }
    const condition = conditionOf(rule);
    return faultOfCondition(condition) === null ? [condition] : [];
  });
  return { match, rules: complete };
}

/** Whether some condition says nothing yet. */
export function isIncomplete(group: DraftGroup): boolean {
  return group.rules.some((rule) => {
    if (isDraftGroup(rule)) return isIncomplete(rule);
    return faultOfCondition(conditionOf(rule)) !== null;
  });
}

/** Changes the rule with a key, wherever it stands; null takes it out. */
export function changed<G extends DraftGroup>(group: G, key: string, change: (rule: DraftRule) => DraftRule | null): G {
  return {
    ...group,
    rules: group.rules.flatMap((rule): DraftRule[] => {
      if (rule.key === key) {
        const next = change(rule);
        return next === null ? [] : [next];
      }
      return [isDraftGroup(rule) ? changed(rule, key, change) : rule];
    }),
  };
}

export const newCondition = (key: string): DraftCondition =>
  withField({ key, field: 'title', op: 'is', value: '' }, 'genre');

/** About another field: the operator stays where that has it too, and the value where it is of the same kind. */
export function withField(condition: DraftCondition, field: SmartField): DraftCondition {
  const type = SMART_FIELDS[field];
  const operators: readonly SmartOperator[] = SMART_OPERATORS[type];
  const op = operators.includes(condition.op) ? condition.op : (operators[0] ?? 'is');
  const isAlike = kindOf(SMART_FIELDS[condition.field], condition.op) === kindOf(type, op);
  return { key: condition.key, field, op, value: isAlike ? condition.value : emptyValue(kindOf(type, op)) };
}

export function withOperator(condition: DraftCondition, op: SmartOperator): DraftCondition {
  const type = SMART_FIELDS[condition.field];
  const isAlike = kindOf(type, condition.op) === kindOf(type, op);
  return { ...condition, op, value: isAlike ? condition.value : emptyValue(kindOf(type, op)) };
}

/** What a condition is compared with, as its inputs show it. */
type ValueKind = 'none' | 'text' | 'number' | 'numbers' | 'day' | 'days' | 'count' | 'flag';

export function kindOf(type: SmartFieldType, op: SmartOperator): ValueKind {
  if (op === 'isPresent' || op === 'isMissing') return 'none';
  if (type === 'text' || type === 'flag') return type;
  if (op === 'inTheLast' || op === 'notInTheLast') return 'count';
  if (type === 'number') return op === 'inTheRange' ? 'numbers' : 'number';
  return op === 'inTheRange' ? 'days' : 'day';
}

/** Days that are looked back at first. */
const FIRST_DAYS = 30;

function emptyValue(kind: ValueKind): SmartValue {
  switch (kind) {
    case 'none':
    case 'number':
      return null;
    case 'count':
      return FIRST_DAYS;
    case 'flag':
      return true;
    case 'numbers':
    case 'days':
      return ['', ''];
    default:
      return '';
  }
}

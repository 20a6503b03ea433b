/** Fields of tags as a form has them: texts. Pure. */
import { TAG_FIELDS, type TagEdits, type TagField, type TagSheet, tagValues } from '@/lib/contracts/tag-edits';

/** How a field is written: `names` one a line. */
type FieldKind = 'text' | 'names' | 'number' | 'decimal' | 'date' | 'flag';

const KINDS: Partial<Record<TagField, FieldKind>> = {
  artists: 'names',
  albumArtists: 'names',
  genres: 'names',
  composers: 'names',
  artistSort: 'names',
  albumArtistSort: 'names',
  trackNo: 'number',
  discNo: 'number',
  bpm: 'decimal',
  date: 'date',
  originalDate: 'date',
  compilation: 'flag',
};
export const kindOf = (field: TagField): FieldKind => KINDS[field] ?? 'text';

/** What is edited most comes first; the others are behind a button. */
export const MAIN_FIELDS = [
  'title',
  'artists',
  'album',
  'albumArtists',
  'trackNo',
  'discNo',
  'date',
  'genres',
] as const satisfies readonly TagField[];
export const MORE_FIELDS = TAG_FIELDS.filter((field) => !(MAIN_FIELDS as readonly TagField[]).includes(field));

/** What the listener did to a field: wrote something else, took it from all tracks, or gave it back to the files. */
export type Draft = { kind: 'write'; text: string } | { kind: 'clear' } | { kind: 'revert' };
export type Drafts = Partial<Record<TagField, Draft>>;

/** A value as the form shows it. */
export function textOf(value: TagEdits[TagField]): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.join('\n');
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

/** What the form shows in a field; a field in which tracks differ is empty. */
export function shownText(sheet: TagSheet, field: TagField, draft: Draft | undefined): string {
  if (draft?.kind === 'write') return draft.text;
  if (draft?.kind === 'clear') return '';
  return textOf((draft?.kind === 'revert' ? sheet.fileValues : sheet.values)[field]);
}

/** Whether the tracks have different values there, as the form stands. */
export function isMixed(sheet: TagSheet, field: TagField, draft: Draft | undefined): boolean {
  if (draft === undefined) return sheet.mixed.includes(field);
  return draft.kind === 'revert' && !(field in sheet.fileValues);
}

/** @returns the value that a text stands for; undefined: none that the field may have */
export function parseValue(field: TagField, text: string): TagEdits[TagField] {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const parsed = tagValues.shape[field].safeParse(written(field, trimmed));
  return parsed.success ? parsed.data : undefined;
}

function written(field: TagField, text: string): unknown {
  switch (kindOf(field)) {
    case 'names':
      return text.split('\n').flatMap((line) => line.trim() || []);
    case 'number':
      return Number(text);
    case 'decimal':
      return Number(text.replace(',', '.'));
    case 'flag':
      return text === 'yes';
    default:
      return text;
  }
}

/** What the server is asked to do, and the fields that it would refuse. */
export function changeOf(sheet: TagSheet, drafts: Drafts): { set: TagEdits; revert: TagField[]; wrong: TagField[] } {
  const set: Record<string, unknown> = {};
  const revert: TagField[] = [];
  const wrong: TagField[] = [];
  for (const [field, draft] of Object.entries(drafts) as [TagField, Draft][]) {
    if (draft.kind === 'revert') revert.push(field);
    else if (draft.kind === 'clear') set[field] = null;
    else {
      const before = textOf(sheet.values[field]);
      // As it was; where tracks differ, an empty field says nothing.
      if (draft.text.trim() === before.trim()) continue;
      const value = parseValue(field, draft.text);
      if (value === undefined) wrong.push(field);
      else set[field] = value;
    }
  }
  return { set: set as TagEdits, revert, wrong };
}

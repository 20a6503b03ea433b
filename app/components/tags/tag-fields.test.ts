import { describe, expect, it } from 'vitest';
import type { TagSheet } from '@/lib/contracts/tag-edits';
import { changeOf, isMixed, parseValue, shownText } from './tag-fields';

const sheet: TagSheet = {
  tracks: 2,
  values: { album: 'Mar', genres: ['Samba', 'Rock'], compilation: false, trackNo: null },
  fileValues: { album: 'Marr', genres: ['Samba'], compilation: false },
  mixed: ['title', 'label'],
  edited: { album: 2 },
};

describe('a form of tags', () => {
  it.each([
    ['artists', ' A \n\n B; C ', ['A', 'B; C']],
    ['trackNo', '7', 7],
    ['trackNo', '7a', undefined],
    ['trackNo', '0', undefined],
    ['bpm', '98,5', 98.5],
    ['date', '1974-08', '1974-08'],
    ['date', '1974-13', undefined],
    ['date', 'August 1974', undefined],
    ['compilation', 'yes', true],
    ['compilation', 'no', false],
    ['label', '  ', null],
    ['title', 'x'.repeat(301), undefined],
  ] as const)('takes %s written as %j for %j', (field, text, value) => {
    expect(parseValue(field, text)).toEqual(value);
  });

  it('shows what all have, and says where they differ', () => {
    expect(shownText(sheet, 'genres', undefined)).toBe('Samba\nRock');
    expect(shownText(sheet, 'album', { kind: 'revert' })).toBe('Marr');
    expect([isMixed(sheet, 'title', undefined), isMixed(sheet, 'album', undefined)]).toEqual([true, false]);
    // Their files differ in it, though the edited value is one.
    expect(isMixed(sheet, 'trackNo', { kind: 'revert' })).toBe(true);
  });

  it('sends what was changed, and nothing else', () => {
    const write = (text: string) => ({ kind: 'write' as const, text });
    const drafts = { title: write(''), album: write('Mar '), genres: write('Samba'), date: write('soon') };
    expect(changeOf(sheet, drafts)).toEqual({ set: { genres: ['Samba'] }, revert: [], wrong: ['date'] });
    expect(changeOf(sheet, { label: { kind: 'clear' }, album: { kind: 'revert' } })).toEqual({
      set: { label: null },
      revert: ['album'],
      wrong: [],
    });
    expect(changeOf(sheet, { album: write('') }).set).toEqual({ album: null });
  });
});

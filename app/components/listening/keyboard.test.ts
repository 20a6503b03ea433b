import { describe, expect, it } from 'vitest';
import { type FocusKind, type KeyPress, shortcutOf } from './keyboard';

const press = (key: string, options: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shift: false,
  modified: false,
  ...options,
});

describe('shortcuts', () => {
  it.each<[KeyPress, FocusKind, ReturnType<typeof shortcutOf>]>([
    [press(' '), 'none', 'toggle'],
    [press(' '), 'control', null],
    [press(' '), 'text', null],
    [press(' '), 'arrows', null],
    [press('/'), 'none', 'search'],
    [press('/'), 'control', 'search'],
    [press('/'), 'text', null],
    [press('ArrowRight'), 'none', 'forward'],
    [press('ArrowLeft'), 'control', 'back'],
    [press('ArrowLeft'), 'arrows', null],
    [press('ArrowRight', { shift: true }), 'none', 'next'],
    [press('ArrowLeft', { shift: true }), 'none', 'previous'],
    [press('ArrowLeft', { modified: true }), 'none', null],
    [press('/', { modified: true }), 'none', null],
    [press('a'), 'none', null],
  ])('%j with focus on %s: %s', (key, focus, expected) => expect(shortcutOf(key, focus)).toBe(expected));
});

import { describe, expect, it } from 'vitest';
import en from '@/messages/en.json';
import { type Focus, type FocusKind, type KeyPress, SHORTCUTS, type Shortcut, shortcutOf } from './keyboard';

const press = (key: string, options: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shift: false,
  modified: false,
  repeated: false,
  ...options,
});
const focus = (kind: FocusKind, byPointer = false): Focus => ({ kind, byPointer });

describe('Space', () => {
  it.each<[FocusKind, Shortcut | null, Shortcut | null]>([
    // Focused by keyboard; by pointer.
    ['none', 'toggle', 'toggle'],
    ['control', null, 'toggle'],
    ['slider', 'toggle', 'toggle'],
    ['menu', null, 'toggle'],
    ['dialog', null, 'toggle'],
    ['text', null, null],
  ])('with focus on %s by keyboard: %s, by pointer: %s', (kind, byKeyboard, byPointer) => {
    expect(shortcutOf(press(' '), focus(kind))).toBe(byKeyboard);
    expect(shortcutOf(press(' '), focus(kind, true))).toBe(byPointer);
  });
});

describe('shortcuts', () => {
  it.each<[KeyPress, FocusKind, Shortcut | null]>([
    [press('/'), 'none', 'search'],
    [press('/'), 'control', 'search'],
    [press('/', { shift: true }), 'none', 'search'],
    [press('/'), 'text', null],
    [press('?', { shift: true }), 'none', 'help'],
    [press('?'), 'dialog', null],
    [press('ArrowRight'), 'none', 'forward'],
    [press('ArrowLeft'), 'control', 'back'],
    [press('ArrowLeft'), 'slider', null],
    [press('ArrowLeft'), 'menu', null],
    [press('ArrowRight', { shift: true }), 'none', 'next'],
    [press('ArrowLeft', { shift: true }), 'none', 'previous'],
    [press('ArrowUp', { shift: true }), 'none', 'louder'],
    [press('ArrowUp'), 'none', null],
    [press('+', { shift: true }), 'none', 'louder'],
    [press('='), 'none', 'louder'],
    [press('-'), 'control', 'quieter'],
    [press('n'), 'none', 'next'],
    // Caps Lock.
    [press('N'), 'control', 'next'],
    [press('N', { shift: true }), 'none', null],
    [press('n'), 'menu', null],
    [press('n'), 'slider', 'next'],
    [press('n'), 'text', null],
    [press('p'), 'none', 'previous'],
    [press('m'), 'none', 'mute'],
    [press('s'), 'none', 'shuffle'],
    [press('r'), 'none', 'repeat'],
    [press('q'), 'none', 'queue'],
    [press('l'), 'none', 'favourite'],
    [press('l'), 'text', null],
    [press('3'), 'control', 'rate'],
    [press('3'), 'menu', null],
    [press('q'), 'dialog', null],
    [press('ArrowLeft', { modified: true }), 'none', null],
    [press('r', { modified: true }), 'none', null],
    [press('a'), 'none', null],
    [press('Enter'), 'none', null],
  ])('%j with focus on %s: %s', (key, kind, expected) => expect(shortcutOf(key, focus(kind))).toBe(expected));

  it('are not repeated by a key that is held, but for jumps and volume', () => {
    const held = (key: string, shift = false) => shortcutOf(press(key, { repeated: true, shift }), focus('none'));
    expect([' ', 'n', 'm', 'r', '?'].map((key) => held(key))).toEqual([null, null, null, null, null]);
    expect([held('ArrowRight'), held('-'), held('ArrowUp', true)]).toEqual(['forward', 'quieter', 'louder']);
  });

  it('are each found by every key that the help sheet names, and are named there', () => {
    for (const { shortcut, keys } of SHORTCUTS) {
      expect(en.shortcuts).toHaveProperty(shortcut);
      for (const { key, shift = false } of keys as readonly { key: string; shift?: boolean }[]) {
        expect(shortcutOf(press(key, { shift }), focus('none')), key).toBe(shortcut);
      }
    }
  });
});

import { describe, expect, it } from 'vitest';
import { decodeText } from './decode-text';

const TEXT = 'Für Elise – Größe €';
const utf16 = (bigEndian: boolean, mark: boolean) => {
  const bytes = Buffer.from(mark ? `\ufeff${TEXT}` : TEXT, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

describe('decodeText', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`)],
    ['UTF-16, little end first', utf16(false, true)],
    ['UTF-16, big end first', utf16(true, true)],
    ['UTF-16 without a mark', utf16(false, false)],
    ['UTF-16 without a mark, big end first', utf16(true, false)],
    ['Windows-1252', Buffer.from('46fc7220456c69736520962047 72f6df652080'.replace(' ', ''), 'hex')],
  ])('reads %s', (_, bytes) => expect(decodeText(bytes)).toBe(TEXT));

  it('reads nothing, and a NUL, as they are', () => {
    expect(decodeText(new Uint8Array())).toBe('');
    expect(decodeText(Buffer.from('a\0b'))).toBe('a\0b');
  });
});

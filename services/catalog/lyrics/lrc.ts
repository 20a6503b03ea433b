/** Lyrics as text: the LRC format (`[01:23.45] a line`) or plain lines. What it reads comes from strangers' files, so all of it is bounded. */
import {
  type LyricLine,
  type Lyrics,
  MAX_LINE_CHARS,
  MAX_LYRICS_CHARS,
  MAX_LYRICS_LINES,
  MAX_LYRICS_MS,
} from '@/lib/contracts/lyrics';
import { cleanText } from '../text';

/** Read of one text at most. Time stamps can take more room than the words. */
export const MAX_SOURCE_CHARS = 8 * MAX_LYRICS_CHARS;
/** One line that is sung so often, at most. */
const MAX_STAMPS = 100;
/** An [offset:] beyond this (ms) is a mistake. */
const MAX_OFFSET_MS = 10 * 60_000;

const LINE_BREAK = /\r\n|[\n\r\u0085\u2028\u2029]/;
/** `[mm:ss]`, `[mm:ss.xx]`, `[mm:ss.xxx]`, `[mm:ss:xx]`, `[h:mm:ss.xx]` at the beginning of what is left of a line. */
const STAMP = /^\s*\[(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,3}))?\]/;
/** The same stamps within a line: the time of each word ("enhanced" LRC). */
const WORD_STAMP = /[<[](?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,3})?[>\]]/g;
/** `[ar:Artist]` and the like are about the file. Only what programs write: `[Chorus: Elis]` is part of the lyrics. */
const ABOUT_THE_FILE =
  /^\s*\[(?:ar|al|ti|au|lr|by|re|ve|la|id|length|tool|encoding|sign|hash|total|kana|#):[^\]]*\]\s*$/i;
const OFFSET = /^\s*\[offset:\s*([+-]?\d{1,9})\s*\]\s*$/i;

interface SourceLine {
  /** ms as written, before the offset. Empty: the line has no time. */
  stamps: number[];
  text: string;
}

/**
 * Lyrics of a text, synced where most of its lines have time stamps.
 * @returns null when there are no words in it
 */
export function parseLyrics(source: string): Lyrics | null {
  const lines: SourceLine[] = [];
  let offsetMs = 0;
  for (const raw of source
    .slice(0, MAX_SOURCE_CHARS)
    .replace(/^\uFEFF/, '')
    .split(LINE_BREAK)) {
    const offset = OFFSET.exec(raw)?.[1];
    if (offset !== undefined) offsetMs = Math.abs(Number(offset)) <= MAX_OFFSET_MS ? Number(offset) : 0;
    else if (!ABOUT_THE_FILE.test(raw)) lines.push(readLine(raw));
    if (lines.length >= MAX_LYRICS_LINES) break;
  }
  return isSynced(lines)
    ? syncedLyrics(
        // A positive offset lets the lines come earlier.
        lines.flatMap(({ stamps, text }) => stamps.map((stamp) => ({ atMs: Math.max(0, stamp - offsetMs), text }))),
      )
    : plainLyrics(lines.map(({ text }) => text));
}

/** Lines in the order of their times, with one empty line at most between two others. @returns null when there are no words in them */
export function syncedLyrics(lines: readonly { atMs: number; text: string }[]): Lyrics | null {
  const inTime = lines
    .filter(({ atMs }) => atMs >= 0 && atMs <= MAX_LYRICS_MS)
    .map(({ atMs, text }) => ({ atMs: Math.round(atMs), text: cleanText(text, MAX_LINE_CHARS) }))
    .toSorted((a, b) => a.atMs - b.atMs);
  return bounded(true, inTime);
}

/** @returns null when there are no words in it */
export function plainLyrics(lines: readonly string[]): Lyrics | null {
  return bounded(
    false,
    lines.map((text) => ({ atMs: null, text: cleanText(text, MAX_LINE_CHARS) })),
  );
}

function readLine(raw: string): SourceLine {
  const stamps: number[] = [];
  let rest = raw;
  for (let match = STAMP.exec(rest); match !== null && stamps.length < MAX_STAMPS; match = STAMP.exec(rest)) {
    stamps.push(msOf(match));
    rest = rest.slice(match[0].length);
  }
  return { stamps, text: rest.replace(WORD_STAMP, '') };
}

function msOf([, first, second = '', third = '', fraction]: RegExpExecArray): number {
  // Three numbers without a fraction are minutes, seconds and hundredths, as some programs write them.
  if (first !== undefined && fraction === undefined) return msFrom(0, first, second, third);
  return msFrom(Number(first ?? 0), second, third, fraction ?? '');
}

const msFrom = (hours: number, minutes: string, seconds: string, fraction: string) =>
  (hours * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'));

/** Stamps that are all the same say nothing: programs write `[00:00.00]` before each line of lyrics without times. */
function isSynced(lines: readonly SourceLine[]): boolean {
  const withWords = lines.filter(({ text }) => /\S/.test(text));
  const timed = withWords.filter(({ stamps }) => stamps.length > 0);
  if (timed.length === 0 || timed.length * 2 < withWords.length) return false;
  const times = new Set(timed.flatMap(({ stamps }) => stamps));
  return times.size > 1 || withWords.length === 1;
}

/** No empty lines at the beginning, no two in a row, and no more than a message can carry. */
function bounded(synced: boolean, lines: readonly LyricLine[]): Lyrics | null {
  const kept: LyricLine[] = [];
  let chars = 0;
  let hasWords = false;
  for (const line of lines) {
    if (line.text === '' && (kept.at(-1)?.text ?? '') === '') continue;
    chars += line.text.length;
    if (kept.length >= MAX_LYRICS_LINES || chars > MAX_LYRICS_CHARS) break;
    kept.push(line);
    hasWords ||= line.text !== '';
  }
  if (!synced && kept.at(-1)?.text === '') kept.pop();
  return hasWords ? { synced, lines: kept } : null;
}

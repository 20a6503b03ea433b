/** Where lyrics come from: the tags of an audio file, or an `.lrc` file beside it. */
import { type IAudioMetadata, type ITag, TimestampFormat } from 'music-metadata';
import { type Lyrics, MAX_LINE_CHARS, MAX_LYRICS_LINES } from '@/lib/contracts/lyrics';
import { decodeText } from '@/lib/util/decode-text';
import { repairText } from '../text';
import { MAX_SOURCE_CHARS, parseLyrics, plainLyrics, syncedLyrics } from './lrc';

/** Names of tags that hold lyrics, in ID3v2, Vorbis comments, MP4 and APE; with a `TXXX:` or the like before them, too. */
const LYRICS_TAGS = new Set(['USLT', 'ULT', 'SYLT', 'SLT', 'LYRICS', 'UNSYNCEDLYRICS', 'SYNCEDLYRICS', '©LYR']);
/** What an ID3v2 frame of synchronised text holds: lyrics, or a transcription. The others are chords, events and trivia. */
const WORDS_IN_SYNC = [1, 2];
/** Of one frame, at most: each line may be ten syllables. */
const MAX_SYNC_ENTRIES = 10 * MAX_LYRICS_LINES;

/** As music-metadata has ID3v2's `SYLT`. */
interface SyncTag {
  contentType: number;
  timeStampFormat: number;
  syncText: { text: string; timestamp?: number }[];
}

/**
 * The lyrics in a file's tags: the first that are synced, else the first.
 *
 * Taken from the native tags: what music-metadata makes of lyrics (`common.lyrics`) has lost all but one stamp of each line and the offset.
 */
export function lyricsOfTags(native: IAudioMetadata['native']): Lyrics | null {
  const found = Object.values(native)
    .flat()
    .filter(({ id }) => LYRICS_TAGS.has(id.slice(id.lastIndexOf(':') + 1).toUpperCase()))
    .flatMap((tag) => lyricsOfTag(tag) ?? []);
  return found.find(({ synced }) => synced) ?? found[0] ?? null;
}

/** The lyrics in an `.lrc` file. Without a byte order mark it is UTF-8, or else from an old Windows. */
export function lyricsOfFile(bytes: Uint8Array): Lyrics | null {
  return parseLyrics(decodeText(bytes));
}

/** Synced lyrics before others, and the file, which somebody put there for this, before the tags. */
export function betterLyrics(ofFile: Lyrics | null, ofTags: Lyrics | null): Lyrics | null {
  return ofTags?.synced === true && ofFile?.synced !== true ? ofTags : (ofFile ?? ofTags);
}

function lyricsOfTag({ value }: ITag): Lyrics | null {
  if (typeof value === 'string') return lyricsOfText(value);
  if (typeof value !== 'object' || value === null) return null;
  if ('syncText' in value) return lyricsOfSyncTag(value as SyncTag);
  return 'text' in value && typeof value.text === 'string' ? lyricsOfText(value.text) : null;
}

/** Cut before it is repaired: a tag may hold as much as the file. */
function lyricsOfText(text: string): Lyrics | null {
  return parseLyrics(repairText(text.slice(0, MAX_SOURCE_CHARS)));
}

function lyricsOfSyncTag({ contentType, timeStampFormat, syncText }: SyncTag): Lyrics | null {
  if (!WORDS_IN_SYNC.includes(contentType)) return null;
  const lines = joinSyllables(syncText);
  // The other unit is MPEG frames, which hardly any program writes: then without times.
  return timeStampFormat === TimestampFormat.milliseconds ? syncedLyrics(lines) : plainLyrics(lines.map((l) => l.text));
}

/** Each entry is a line, or a syllable; where they are syllables, a new line begins with a line break (ID3v2.4, section 4.9). */
function joinSyllables(entries: SyncTag['syncText']): { atMs: number; text: string }[] {
  const areSyllables = entries.some(({ text }, i) => i > 0 && /^[\n\r]/.test(text));
  const lines: { atMs: number; text: string }[] = [];
  for (const { text: whole, timestamp = -1 } of entries.slice(0, MAX_SYNC_ENTRIES)) {
    const text = whole.slice(0, MAX_LINE_CHARS);
    const last = lines.at(-1);
    if (last === undefined || !areSyllables || /^[\n\r]/.test(text)) lines.push({ atMs: timestamp, text });
    else last.text += text;
  }
  return lines;
}

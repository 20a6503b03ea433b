import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import * as z from 'zod/mini';
import { EnxameError } from '@/lib/contracts/errors';
import { MAX_PLAYLIST_ENTRIES } from '@/lib/contracts/playlists';
import { assertRoomForTrack, fileNameOf, MAX_CHARS, oneLine, type PlaylistFile } from './contents';

const NAMESPACE = 'http://xspf.org/ns/0/';
/** XSPF itself nests five deep; extensions of players a few more. */
const MAX_NESTING = 20;
/** Of a track VLC writes 12 elements, each with two tags. */
const MAX_TAGS = 30 * MAX_PLAYLIST_ENTRIES;
const TAG = /</g;
const TRACK = /<(?:[\w.-]+:)?track[\s/>]/g;
/** A character as a reference has 10 at most (`&#x10ffff;`). */
const MAX_ENCODED_CHARS = 10 * MAX_CHARS;

/** No entity is ever expanded by the parser, whatever a DOCTYPE declares; {@link decoded} knows XML's own five and numbers. */
const parser = new XMLParser({
  processEntities: false,
  parseTagValue: false,
  ignoreAttributes: true,
  removeNSPrefix: true,
  cdataPropName: '#cdata',
  alwaysCreateTextNode: true,
  maxNestedTags: MAX_NESTING,
  isArray: (name) => name !== '#text',
});
const builder = new XMLBuilder({ ignoreAttributes: false, format: true });

/** An element with text, as the parser shows it: every element is in a list, and so is every CDATA section. */
const text = { '#text': z._default(z.string(), '') };
const leaf = z.array(z.object({ ...text, '#cdata': z._default(z.array(z.object(text)), []) }));
const inner = <S extends z.ZodMiniType>(schema: S) => z.optional(z.array(schema));
const trackElement = z.object({
  location: z.optional(leaf),
  title: z.optional(leaf),
  creator: z.optional(leaf),
  album: z.optional(leaf),
  duration: z.optional(leaf),
});
const document = z.object({
  playlist: z.array(
    z.object({
      title: z.optional(leaf),
      annotation: z.optional(leaf),
      trackList: inner(z.object({ track: inner(trackElement) })),
    }),
  ),
});

/** @throws {EnxameError} `invalid_request` for what is not XML, or not a playlist; `too_large` for too many tracks or tags */
export function readXspf(text: string): PlaylistFile {
  assertBounded(text);
  const [playlist] = parse(text.replace(/^\ufeff/, '')).playlist;
  return {
    name: textOf(playlist?.title),
    description: textOf(playlist?.annotation),
    tracks: (playlist?.trackList?.[0]?.track ?? []).map((track) => {
      const location = textOf(track.location);
      const milliseconds = Number(textOf(track.duration));
      return {
        title: textOf(track.title),
        artist: textOf(track.creator),
        album: textOf(track.album),
        durationS: milliseconds > 0 && Number.isFinite(milliseconds) ? milliseconds / 1000 : null,
        fileName: fileNameOf(location),
        location,
      };
    }),
  };
}

/** Before it is parsed, which takes a hundred times as long. @throws {EnxameError} `too_large` */
function assertBounded(text: string): void {
  let count = 0;
  for (const _ of text.matchAll(TRACK)) assertRoomForTrack(count++);
  count = 0;
  for (const _ of text.matchAll(TAG)) {
    if (++count > MAX_TAGS) throw new EnxameError('too_large', `An XSPF playlist may have at most ${MAX_TAGS} tags.`);
  }
}

function parse(text: string): z.infer<typeof document> {
  try {
    const valid = XMLValidator.validate(text);
    if (valid !== true) throw new Error(`line ${valid.err.line}: ${valid.err.msg}`);
    return document.parse(parser.parse(text));
  } catch (cause) {
    throw new EnxameError(
      'invalid_request',
      'This is not an XSPF playlist: its XML is invalid or describes something else.',
      {
        cause,
      },
    );
  }
}

function textOf(elements: z.infer<typeof leaf> | undefined): string {
  const [first] = elements ?? [];
  if (first === undefined) return '';
  const cdata = first['#cdata'].slice(0, MAX_CHARS).map((section) => section['#text'].slice(0, MAX_CHARS));
  return oneLine(decoded(first['#text'].trim().slice(0, MAX_ENCODED_CHARS)) + cdata.join(''));
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g, (all, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name] ?? all;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : all;
  });
}

export function writeXspf({ name, description, tracks }: PlaylistFile): string {
  const said = (element: string, value: string) => (oneLine(value) === '' ? {} : { [element]: oneLine(value) });
  const playlist = {
    '@_version': '1',
    '@_xmlns': NAMESPACE,
    ...said('title', name),
    ...said('annotation', description),
    trackList: {
      track: tracks.map((track) => ({
        ...said('location', track.location),
        ...said('title', track.title),
        ...said('creator', track.artist),
        ...said('album', track.album),
        ...(track.durationS === null ? {} : { duration: Math.round(track.durationS * 1000) }),
      })),
    },
  };
  return builder.build({ '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' }, playlist });
}

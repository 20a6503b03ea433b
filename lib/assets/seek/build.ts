import type { Container, ManifestHeader } from '@/lib/contracts/manifest';
import { FORMATS, formatNames } from '../formats';
import { CHUNK_BYTES } from '../geometry';
import { flacParser } from './flac';
import { mp3Parser } from './mp3';
import { mp4Parser } from './mp4';
import { oggParser } from './ogg';
import type { Checked, SeekParser } from './parser';
import { broken, type RandomAccess, unsupported, WindowReader } from './reader';
import { skipLeadingTags } from './tags';
import { wavParser } from './wav';

/** The parser of each container, in the order in which they are asked: MP3 has no magic number, so that it comes last. */
export const PARSERS: Readonly<Record<Container, SeekParser>> = {
  flac: flacParser,
  ogg: oggParser,
  mp4: mp4Parser,
  wav: wavParser,
  mp3: mp3Parser,
};

/** A container's magic number is among so many bytes. */
const HEAD_BYTES = 12;

/**
 * Reads from a file's own bytes what a manifest says of it: container, codec, exact duration, and where a jump may start. Tells
 * formats by their magic, never by name.
 * @throws {EnxameError} `format_unsupported`, with a sentence that says what is wrong
 */
export async function buildSeekIndex(source: RandomAccess): Promise<Omit<ManifestHeader, 'version'>> {
  if (source.size === 0) throw unsupported('it is empty');
  const container = await detect(source);
  const { mime } = FORMATS[container];
  return { size: source.size, chunkSize: CHUNK_BYTES, mime, container, ...(await PARSERS[container].describe(source)) };
}

/** What a file is, whatever it is called, and what a look at its beginning tells. */
export interface Inspected extends Checked {
  container: Container;
  mime: string;
}

/** Fetched at a time by a look at a file's beginning: a second of sound, or half a second of FLAC. */
const INSPECTED_BYTES = 65_536;
/** Read in all by such a look: the largest index of an MP4 fits twice. A file of gigabytes without sound in it is not searched to its end. */
const MAX_INSPECTED_BYTES = 134_217_728;

/**
 * The one judge of what a file is: by its contents, never by its name. Reads the beginning alone, so that an import may ask it of every file;
 * {@link buildSeekIndex} reads the rest.
 * @throws {FormatError}
 */
export async function inspect(given: RandomAccess): Promise<Inspected> {
  let left = MAX_INSPECTED_BYTES;
  const source: RandomAccess = {
    size: given.size,
    windowBytes: INSPECTED_BYTES,
    read(start, end) {
      left -= end - start;
      if (left < 0) throw broken('no sound was found at its beginning', 'no_audio');
      return given.read(start, end);
    },
  };
  const container = await detect(source);
  return { container, mime: FORMATS[container].mime, ...(await PARSERS[container].check(source)) };
}

async function detect(source: RandomAccess): Promise<Container> {
  const reader = new WindowReader(source);
  const start = await skipLeadingTags(reader);
  const head = await reader.at(start, HEAD_BYTES);
  for (const [container, parser] of Object.entries(PARSERS)) {
    if (await parser.recognises(head, start, source)) return container as Container;
  }
  throw unsupported(`it is not ${formatNames()}`);
}

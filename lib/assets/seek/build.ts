import type { Container, ManifestHeader } from '@/lib/contracts/manifest';
import { FORMATS, formatNames } from '../formats';
import { CHUNK_BYTES } from '../geometry';
import { flacParser } from './flac';
import { mp3Parser } from './mp3';
import { mp4Parser } from './mp4';
import { oggParser } from './ogg';
import type { SeekParser } from './parser';
import { type RandomAccess, unsupported, WindowReader } from './reader';
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

async function detect(source: RandomAccess): Promise<Container> {
  const reader = new WindowReader(source);
  const start = await skipLeadingTags(reader);
  const head = await reader.at(start, HEAD_BYTES);
  for (const [container, parser] of Object.entries(PARSERS)) {
    if (await parser.recognises(head, start, source)) return container as Container;
  }
  throw unsupported(`it is not ${formatNames()}`);
}

import type { ManifestHeader } from '@/lib/contracts/manifest';
import { CHUNK_BYTES } from '../geometry';
import type { SeekDescription } from './description';
import { describeFlac } from './flac';
import { beginsWithMp3Frames, describeMp3 } from './mp3';
import { describeMp4 } from './mp4';
import { describeOgg } from './ogg';
import { hasText, type RandomAccess, unsupported, WindowReader } from './reader';
import { skipLeadingTags } from './tags';
import { describeWav } from './wav';

type Describe = (source: RandomAccess) => Promise<SeekDescription>;

/**
 * Reads from a file's own bytes what a manifest says of it: container, codec, exact duration, and where a jump may start. Tells
 * formats by their magic, never by name.
 * @throws {EnxameError} `format_unsupported`, with a sentence that says what is wrong
 */
export async function buildSeekIndex(source: RandomAccess): Promise<Omit<ManifestHeader, 'version'>> {
  if (source.size === 0) throw unsupported('it is empty');
  const describe = await detect(source);
  return { size: source.size, chunkSize: CHUNK_BYTES, ...(await describe(source)) };
}

async function detect(source: RandomAccess): Promise<Describe> {
  const reader = new WindowReader(source);
  const start = await skipLeadingTags(reader);
  const head = await reader.at(start, 12);
  if (hasText(head, 0, 'fLaC')) return describeFlac;
  if (hasText(head, 0, 'OggS')) return describeOgg;
  if (hasText(head, 4, 'ftyp')) return describeMp4;
  if ((hasText(head, 0, 'RIFF') || hasText(head, 0, 'RF64')) && hasText(head, 8, 'WAVE')) return describeWav;
  if (start > 0 || (await beginsWithMp3Frames(source))) return describeMp3;
  throw unsupported('it is not MP3, FLAC, Ogg, MP4 or WAV');
}

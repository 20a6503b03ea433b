import { createHash } from 'node:crypto';
import { selectCover } from 'music-metadata';
import { MAX_ASSET_BYTES } from '@/lib/assets/geometry';
import { type Inspected, inspect } from '@/lib/assets/seek/build';
import { FormatError } from '@/lib/assets/seek/reader';
import type { TrackGain } from '@/lib/contracts/catalog';
import { encodeId, ID_BYTES } from '@/lib/contracts/ids';
import type { Lyrics } from '@/lib/contracts/lyrics';
import type { ImportFault } from '@/lib/contracts/reasons';
import {
  isPictureName,
  MediaError,
  type MediaFault,
  type MediaStore,
  type MediaStoreDescription,
  type OpenMedia,
} from '@/lib/media-store/media-store';
import { openMediaStore } from '@/lib/media-store/open';
import { textsWithSlash } from './id3-slashes';
import { gainOfTags } from './loudness/tags';
import { betterLyrics, lyricsOfFile, lyricsOfTags } from './lyrics/sources';
import { audioHash } from './moved/audio-hash';
import { accessTo, inMemory, lastOggSample, type ReadAudio, readAudio, TooMuchToRead } from './read-audio';
import { mayBeCut, type Tags, tagsOf } from './tag-values';

interface FileToRead {
  mediaKey: string;
  /** Bytes, as the listing saw it. */
  size: number;
  /** Key of a cover beside it. */
  picture: string | null;
  /** Key of a lyrics file beside it. */
  lyrics: string | null;
}

export type TagsJob =
  | {
      kind: 'tags';
      /** Pictures handed over for this import are not handed over again. */
      importId: string;
      files: FileToRead[];
    }
  /** The picture in an audio file, or a picture file. */
  | { kind: 'picture'; mediaKey: string };

/** A job, and where its files are. */
export type TagsTask = TagsJob & { media: MediaStoreDescription };

export interface Cover {
  /** Hash of the picture: the same for all files that carry it. */
  id: string;
  /** Key of the file that it is from. */
  source: string;
  /** The picture, the first time that this thread meets it in this import. */
  bytes: Uint8Array | null;
}

export type FileTags =
  | {
      tags: Tags;
      gain: TrackGain;
      durationS: number;
      mime: string;
      cover: Cover | null;
      lyrics: Lyrics | null;
      /** What is known again of it elsewhere (moved/audio-hash.ts). */
      audioHash: string | null;
    }
  /** Broken: a sentence, and its code. */
  | Fault;

interface Fault {
  reason: string;
  code: ImportFault;
}

export interface TagsAnswer {
  /** In the order of the files asked for. */
  files: FileTags[];
  picture: Cover | null;
}

/** Files read at once by one thread: reading waits for the disk, parsing for this thread. */
const FILES_AT_ONCE = 8;
/** Below this not even silence fits (bits a second; FLAC's silence takes 1,200). */
const LOWEST_BITRATE = 500;
const OPUS_HERTZ = 48_000;
/** A picture above this is no cover (bytes). */
const MAX_PICTURE_BYTES = 32 * 1024 * 1024;
/** A lyrics file above this is none (bytes). */
const MAX_LYRICS_FILE_BYTES = 512 * 1024;

const NO_AUDIO: Fault = { reason: 'This file contains no readable audio.', code: 'no_audio' };
const DAMAGED = 'This file is damaged: what stands before its audio cannot be read.';

/** Pictures met by this thread in the import that it works for now. */
const met = { importId: '', ids: new Set<string>(), besideFiles: new Map<string, Promise<Cover | null>>() };

/** Entry of the worker threads that read tags. */
export default async function readTags(task: TagsTask): Promise<TagsAnswer> {
  const media = openMediaStore(task.media);
  if (task.kind === 'picture') return { files: [], picture: await readPicture(media, task.mediaKey) };
  if (met.importId !== task.importId) {
    Object.assign(met, { importId: task.importId, ids: new Set(), besideFiles: new Map() });
  }
  const files: FileTags[] = new Array(task.files.length);
  const queue = task.files.entries();
  await Promise.all(
    Array.from({ length: FILES_AT_ONCE }, async () => {
      for (const [i, file] of queue) files[i] = await readFileTags(media, file);
    }),
  );
  return { files, picture: null };
}

async function readFileTags(media: MediaStore, found: FileToRead): Promise<FileTags> {
  if (found.size === 0) return { reason: 'This file is empty.', code: 'empty' };
  try {
    return await withAudio(media, found.mediaKey, (file, audio, inspected) =>
      fileTagsOf(media, found, file, audio, inspected),
    );
  } catch (error) {
    return faultOf(error);
  }
}

/** @throws what opening and reading throw */
async function withAudio<T>(
  media: MediaStore,
  mediaKey: string,
  use: (file: OpenMedia, audio: ReadAudio, inspected: Inspected) => T,
): Promise<Awaited<T>> {
  const file = await media.open(mediaKey, MAX_ASSET_BYTES);
  try {
    const inspected = await inspect(accessTo(file));
    // music-metadata reads no tags of FLAC in Ogg.
    const { container, flacHeader } = inspected;
    const audio = flacHeader === undefined ? readAudio(file, container) : readAudio(inMemory(flacHeader), 'flac');
    return await use(file, await audio, inspected);
  } finally {
    await file.close();
  }
}

async function fileTagsOf(
  media: MediaStore,
  { mediaKey, picture, lyrics }: FileToRead,
  file: OpenMedia,
  { format, common, native, oldId3At }: ReadAudio,
  inspected: Inspected,
): Promise<FileTags> {
  const { size } = file.state;
  const durationS = inspected.durationS ?? (await duration(format, file, inspected));
  const isEmpty = inspected.durationS === null && inspected.container !== 'ogg' && format.duration === 0;
  if (durationS < 0 || isEmpty) return NO_AUDIO;
  if (durationS > 0 && (size * 8) / durationS < LOWEST_BITRATE) {
    return {
      reason: 'This file is truncated: most of the audio that its header announces is missing.',
      code: 'truncated',
    };
  }
  const embedded = selectCover(common.picture);
  const slashed = oldId3At !== null && mayBeCut(native) ? await textsWithSlash(file, oldId3At) : [];
  return {
    tags: tagsOf({ common, native }, slashed),
    gain: gainOfTags(native),
    durationS,
    mime: inspected.mime,
    cover: embedded === null ? await coverBeside(media, picture) : coverOf(embedded.data, mediaKey),
    lyrics: betterLyrics(await lyricsBeside(media, lyrics), lyricsOfTags(native)),
    audioHash: await audioHash(file),
  };
}

/** Seconds, without reading the whole file: sealing does so later and knows better. 0 where nothing tells. */
async function duration(
  format: ReadAudio['format'],
  file: OpenMedia,
  { container, startS }: Inspected,
): Promise<number> {
  if (container === 'ogg' && format.sampleRate !== undefined) {
    // Opus counts at 48 kHz whatever it was made from (RFC 7845, section 4).
    const rate = format.codec === 'Opus' ? OPUS_HERTZ : format.sampleRate;
    const endS = ((await lastOggSample(file).catch(() => null)) ?? 0) / rate;
    return Math.max(0, endS - startS);
  }
  if (format.duration !== undefined && Number.isFinite(format.duration)) return format.duration;
  return format.bitrate === undefined || !(format.bitrate > 0) ? 0 : (file.state.size * 8) / format.bitrate;
}

function coverBeside(media: MediaStore, picture: string | null): Promise<Cover | null> {
  if (picture === null) return Promise.resolve(null);
  const known = met.besideFiles.get(picture);
  // Its bytes went out with whoever asked first.
  if (known !== undefined) return known.then((cover) => cover && { ...cover, bytes: null });
  const cover = media.readWhole(picture, MAX_PICTURE_BYTES).then(
    (bytes) => coverOf(bytes, picture),
    () => null,
  );
  met.besideFiles.set(picture, cover);
  return cover;
}

/** A lyrics file that cannot be read is none: the music beside it plays without. */
async function lyricsBeside(media: MediaStore, key: string | null): Promise<Lyrics | null> {
  if (key === null) return null;
  const bytes = await media.readWhole(key, MAX_LYRICS_FILE_BYTES).catch(() => null);
  return bytes && lyricsOfFile(bytes);
}

function coverOf(bytes: Uint8Array, source: string): Cover | null {
  if (bytes.length === 0 || bytes.length > MAX_PICTURE_BYTES) return null;
  const id = pictureId(bytes);
  const isNew = !met.ids.has(id);
  met.ids.add(id);
  return { id, source, bytes: isNew ? bytes : null };
}

async function readPicture(media: MediaStore, mediaKey: string): Promise<Cover | null> {
  const bytes = isPictureName(media.nameOf(mediaKey))
    ? await media.readWhole(mediaKey, MAX_PICTURE_BYTES)
    : await withAudio(media, mediaKey, (_file, { common }) => selectCover(common.picture)?.data ?? null);
  return bytes === null ? null : { id: pictureId(bytes), source: mediaKey, bytes };
}

function pictureId(bytes: Uint8Array): string {
  return encodeId(createHash('sha256').update(bytes).digest().subarray(0, ID_BYTES));
}

/** `missing` also stands for a name that is not valid UTF-8: what was listed is then not what is asked for. */
const MEDIA_SENTENCES: Partial<Record<MediaFault, string>> = {
  missing: 'This file has disappeared, or its name is not valid UTF-8.',
  unreadable: DAMAGED,
};

function faultOf(error: unknown): Fault {
  if (error instanceof MediaError) {
    return { reason: MEDIA_SENTENCES[error.code] ?? error.message, code: error.code };
  }
  if (error instanceof FormatError) return { reason: error.message, code: error.fault };
  if (error instanceof TooMuchToRead) {
    return { reason: 'This file contains no audio that can be found.', code: 'no_audio' };
  }
  const kind = error instanceof Error ? error.name : '';
  if (kind === 'EndOfStreamError') {
    return { reason: 'This file is truncated: it ends before its audio begins.', code: 'truncated' };
  }
  if (kind === 'CouldNotDetermineFileTypeError' || kind === 'UnsupportedFileTypeError') {
    return { reason: 'This is not a supported audio file.', code: 'unsupported' };
  }
  return { reason: DAMAGED, code: 'damaged' };
}

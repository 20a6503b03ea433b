import { createHash } from 'node:crypto';
import { type IAudioMetadata, selectCover } from 'music-metadata';
import { mimeOfMetadata } from '@/lib/assets/formats';
import { MAX_ASSET_BYTES } from '@/lib/assets/geometry';
import { encodeId, ID_BYTES } from '@/lib/contracts/ids';
import { FileRefused, type OpenFile, openFile, readWholeFile } from '@/lib/files/open-file';
import type { Tags } from './naming';
import { lastOggSample } from './ogg-duration';
import { readAudio, TooMuchToRead } from './read-audio';

interface FileToRead {
  path: string;
  /** Bytes, as the walk saw it. */
  size: number;
  /** A cover beside it. */
  picture: string | null;
}

export type TagsTask =
  | {
      kind: 'tags';
      /** Pictures handed over for this import are not handed over again. */
      importId: string;
      files: FileToRead[];
    }
  /** The picture in an audio file, or a picture file. */
  | { kind: 'picture'; path: string };

export interface Cover {
  /** Hash of the picture: the same for all files that carry it. */
  id: string;
  source: string;
  /** The picture, the first time that this thread meets it in this import. */
  bytes: Uint8Array | null;
}

export type FileTags =
  | { tags: Tags; durationS: number; mime: string; cover: Cover | null }
  /** Broken: a sentence. */
  | { reason: string };

export interface TagsAnswer {
  /** In the order of the files asked for. */
  files: FileTags[];
  picture: Uint8Array | null;
}

/** Files read at once by one thread: reading waits for the disk, parsing for this thread. */
const FILES_AT_ONCE = 8;
/** Below this not even silence fits (bits a second; FLAC's silence takes 1,200). */
const LOWEST_BITRATE = 500;
const OPUS_HERTZ = 48_000;
/** A picture above this is no cover (bytes). */
const MAX_PICTURE_BYTES = 32 * 1024 * 1024;

/** Pictures met by this thread in the import that it works for now. */
const met = { importId: '', ids: new Set<string>(), besideFiles: new Map<string, Promise<Cover | null>>() };

/** Entry of the `tags` worker threads. */
export default async function readTags(task: TagsTask): Promise<TagsAnswer> {
  if (task.kind === 'picture') return { files: [], picture: await readPicture(task.path) };
  if (met.importId !== task.importId) {
    Object.assign(met, { importId: task.importId, ids: new Set(), besideFiles: new Map() });
  }
  const files: FileTags[] = new Array(task.files.length);
  const queue = task.files.entries();
  await Promise.all(
    Array.from({ length: FILES_AT_ONCE }, async () => {
      for (const [i, file] of queue) files[i] = await readFileTags(file);
    }),
  );
  return { files, picture: null };
}

async function readFileTags({ path, size, picture }: FileToRead): Promise<FileTags> {
  if (size === 0) return { reason: 'This file is empty.' };
  try {
    return await withAudio(path, async (file, found) => tagsOf(path, file, found, picture));
  } catch (error) {
    return { reason: sentenceFor(error) };
  }
}

/** @throws what opening and reading throw */
async function withAudio<T>(path: string, use: (file: OpenFile, found: IAudioMetadata) => T): Promise<Awaited<T>> {
  const file = await openFile(path, MAX_ASSET_BYTES);
  try {
    return await use(file, await readAudio(file, path));
  } finally {
    await file.close();
  }
}

async function tagsOf(
  path: string,
  file: OpenFile,
  { format, common }: IAudioMetadata,
  picture: string | null,
): Promise<FileTags> {
  const { size } = file.stats;
  const mime = mimeOfMetadata(format.container);
  if (format.hasVideo === true) return { reason: 'This is a video.' };
  if (mime === null || format.codec === undefined || !((format.sampleRate ?? 0) > 0)) {
    return { reason: 'This file contains no readable audio.' };
  }
  const durationS = await duration(format, file);
  if (durationS < 0 || format.duration === 0) return { reason: 'This file contains no readable audio.' };
  if (durationS > 0 && (size * 8) / durationS < LOWEST_BITRATE) {
    return { reason: 'This file is truncated: most of the audio that its header announces is missing.' };
  }
  const embedded = selectCover(common.picture);
  return {
    tags: {
      title: common.title,
      artist: common.artist,
      album: common.album,
      albumArtist: common.albumartist,
      compilation: common.compilation,
      trackNo: common.track.no ?? undefined,
      discNo: common.disk.no ?? undefined,
      year: common.year,
    },
    durationS,
    mime,
    cover: embedded === null ? await coverBeside(picture) : coverOf(embedded.data, path),
  };
}

/** Seconds, without reading the whole file: sealing does so later and knows better. 0 where nothing tells. */
async function duration(format: IAudioMetadata['format'], file: OpenFile): Promise<number> {
  if (format.duration !== undefined && Number.isFinite(format.duration)) return format.duration;
  if (format.container === 'Ogg' && format.sampleRate !== undefined) {
    // Opus counts at 48 kHz whatever it was made from (RFC 7845, section 4).
    const rate = format.codec === 'Opus' ? OPUS_HERTZ : format.sampleRate;
    return ((await lastOggSample(file).catch(() => null)) ?? 0) / rate;
  }
  return format.bitrate === undefined || !(format.bitrate > 0) ? 0 : (file.stats.size * 8) / format.bitrate;
}

function coverBeside(path: string | null): Promise<Cover | null> {
  if (path === null) return Promise.resolve(null);
  const known = met.besideFiles.get(path);
  // Its bytes went out with whoever asked first.
  if (known !== undefined) return known.then((cover) => cover && { ...cover, bytes: null });
  const cover = readWholeFile(path, MAX_PICTURE_BYTES).then(
    (bytes) => coverOf(bytes, path),
    () => null,
  );
  met.besideFiles.set(path, cover);
  return cover;
}

function coverOf(bytes: Uint8Array, source: string): Cover | null {
  if (bytes.length === 0 || bytes.length > MAX_PICTURE_BYTES) return null;
  const id = encodeId(createHash('sha256').update(bytes).digest().subarray(0, ID_BYTES));
  const isNew = !met.ids.has(id);
  met.ids.add(id);
  return { id, source, bytes: isNew ? bytes : null };
}

async function readPicture(path: string): Promise<Uint8Array | null> {
  if (mimeLooksLikePicture(path)) return await readWholeFile(path, MAX_PICTURE_BYTES);
  return await withAudio(path, (_file, { common }) => selectCover(common.picture)?.data ?? null);
}

function mimeLooksLikePicture(path: string): boolean {
  return /\.(?:jpe?g|png|webp)$/i.test(path);
}

function sentenceFor(error: unknown): string {
  if (error instanceof FileRefused) return error.message;
  if (error instanceof TooMuchToRead) return 'This file contains no audio that can be found.';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'This file has disappeared, or its name is not valid UTF-8.';
  if (code === 'EACCES' || code === 'EPERM') return 'This file cannot be read: the server has no permission.';
  if (code === 'EIO') return 'This file cannot be read: the disk reports an error.';
  const kind = error instanceof Error ? error.name : '';
  if (kind === 'EndOfStreamError') return 'This file is truncated: it ends before its audio begins.';
  if (kind === 'CouldNotDetermineFileTypeError' || kind === 'UnsupportedFileTypeError') {
    return 'This is not a supported audio file.';
  }
  return 'This file is damaged, or its extension does not match its contents.';
}

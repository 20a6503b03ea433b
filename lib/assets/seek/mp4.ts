/** Seek index of MP4 and M4A (ISO 14496-12): the `moov` box is itself an exact index, wherever in the file it stands. */

import { type Box, child, children, LARGE_BOX_HEADER_BYTES, parseBox } from './mp4-boxes';
import { isFragmented, trackIdOf, walkFragments } from './mp4-fragments';
import { heardPart } from './mp4-heard';
import type { SeekDescription, SeekParser } from './parser';
import { broken, dataView, hasText, type RandomAccess, unsupported, WindowReader } from './reader';

/** Sample tables of ten hours and a picture of several megabytes fit; nothing honest is larger. */
const MAX_MOOV_BYTES = 67_108_864;
const MAX_TOP_LEVEL_BOXES = 65_536;
const FULL_BOX_BYTES = 4;
/** Read at a time by a look at what a file is: of each fragment, which lie far apart, the header alone. */
const BOX_WINDOW_BYTES = 4096;

export const mp4Parser: SeekParser = {
  recognises: (head) => hasText(head, 4, 'ftyp'),
  async check(source) {
    const { size } = source;
    const inSmallWindows = { size, windowBytes: BOX_WINDOW_BYTES, read: source.read.bind(source) };
    return { durationS: (await describeMp4(inSmallWindows)).durationS, startS: 0 };
  },
  describe: describeMp4,
};

/**
 * @returns points only where it is fragmented; the header is `ftyp` and `moov`
 * @throws {FormatError}
 */
async function describeMp4(source: RandomAccess): Promise<SeekDescription> {
  const reader = new WindowReader(source);
  const top = await topLevelBoxes(reader);
  const moov = top.find((box) => box.type === 'moov');
  if (moov === undefined)
    throw broken('it has no moov box', (top.at(-1)?.end ?? 0) > reader.size ? 'truncated' : 'damaged');
  if (moov.end > reader.size) throw broken('it ends inside its moov box', 'truncated');
  if (moov.end - moov.start > MAX_MOOV_BYTES) throw unsupported('its moov box is too large');
  const bytes = await source.read(moov.bodyStart, moov.end);
  const track = await findAudioTrack(source, top, bytes);

  const media = top.filter((box) => box.type === 'mdat' && box.bodyStart < reader.size);
  const isHere = media.some((box) =>
    track.points === null
      ? track.firstAudio >= box.bodyStart && track.firstAudio < box.end
      : box.start > track.firstAudio,
  );
  if (!isHere) throw broken('its audio data lies outside the file', 'truncated');
  const ftyp = top.find((box) => box.type === 'ftyp');
  const header = [ftyp, moov].flatMap((box) => (box === undefined ? [] : [box.start, box.end]));
  return {
    codec: track.codec,
    sampleRate: track.sampleRate,
    channels: track.channels,
    bitsPerSample: track.bitsPerSample,
    durationS: track.durationS,
    priming: track.priming,
    seek: {
      header,
      firstAudio: track.firstAudio,
      endAudio: Math.min(reader.size, Math.max(...media.map((box) => box.end))),
      points: track.points ?? [],
    },
  };
}

async function topLevelBoxes(reader: WindowReader): Promise<Box[]> {
  const boxes: Box[] = [];
  for (let position = 0; position < reader.size && boxes.length < MAX_TOP_LEVEL_BOXES; ) {
    const head = await reader.at(position, LARGE_BOX_HEADER_BYTES);
    const box = parseBox(head, 0, position, reader.size);
    if (box === null) break;
    boxes.push(box);
    position = box.end;
  }
  return boxes;
}

interface AudioTrack {
  codec: string;
  sampleRate: number;
  channels: number;
  bitsPerSample: number | null;
  durationS: number;
  /** Samples before the first that is heard. */
  priming: number;
  /** File position of its first chunk of samples, or of its first fragment. */
  firstAudio: number;
  /** Null: it is not fragmented. */
  points: number[] | null;
}

async function findAudioTrack(source: RandomAccess, top: readonly Box[], moov: Uint8Array): Promise<AudioTrack> {
  const tracks = children(moov, 'trak').map((trak) => ({ trak, media: child(trak, 'mdia') }));
  const isOf = (media: Uint8Array | undefined, kind: string) =>
    hasText(child(media, 'hdlr') ?? new Uint8Array(), 8, kind);
  if (tracks.some(({ media }) => isOf(media, 'vide') && isMovie(child(media, 'minf', 'stbl', 'stsd')))) {
    throw unsupported('it is a video', 'video');
  }
  const found = tracks.find(({ media }) => isOf(media, 'soun'));
  if (found?.media === undefined) throw unsupported('its MP4 container holds no audio track', 'no_audio');
  const { trak, media } = found;
  const mdhd = child(media, 'mdhd');
  const table = child(media, 'minf', 'stbl');
  const stsd = child(table, 'stsd');
  if (mdhd === undefined || mdhd.length < 24 || table === undefined || stsd === undefined || stsd.length < 16) {
    throw broken('its audio track has no description');
  }
  const { ticks, timescale } = mediaDuration(mdhd);
  const fragments = isFragmented(moov)
    ? await walkFragments(source, top, moov, { trackId: trackIdOf(trak), timescale })
    : null;
  // What `mdhd` says of a fragmented file leaves the fragments out, or counts them, as its writer liked.
  const durationS = (fragments?.ticks ?? ticks) / timescale;
  if (!(durationS > 0)) throw broken('its audio track is empty', 'no_audio');
  const entry = parseSampleEntry(stsd.subarray(8));
  const heard = heardPart(moov, trak, durationS, timescale, entry.sampleRate);
  const firstAudio = fragments?.firstAudio ?? firstChunkOffset(table);
  return { ...entry, durationS, priming: 0, ...heard, firstAudio, points: fragments?.points ?? null };
}

/** Sample entries of single pictures: a cover that was muxed as a track. */
const PICTURE_ENTRIES = ['jpeg', 'mjpa', 'mjpb', 'MJPG', 'png ', 'tiff', 'gif '];
/** JPEG, PNG and JPEG 2000 as `mp4v` (object types of the MP4 registration authority). */
const PICTURE_OBJECTS = [0x6c, 0x6d, 0x6e];
/** Of a VisualSampleEntry's body, before its boxes. */
const VISUAL_ENTRY_BYTES = 78;

/** Whether a track of pictures is a film and not a cover. */
function isMovie(stsd: Uint8Array | undefined): boolean {
  const entries = stsd?.subarray(8) ?? new Uint8Array();
  const entry = parseBox(entries, 0, 0, entries.length);
  if (entry === null || PICTURE_ENTRIES.includes(entry.type)) return false;
  if (entry.type !== 'mp4v') return true;
  const esds = child(entries.subarray(entry.bodyStart + VISUAL_ENTRY_BYTES, entry.end), 'esds');
  return !PICTURE_OBJECTS.includes(objectTypeOf(esds) ?? 0);
}

function mediaDuration(mdhd: Uint8Array): { ticks: number; timescale: number } {
  const view = dataView(mdhd);
  if (view.getUint8(0) === 0) return { ticks: view.getUint32(16), timescale: view.getUint32(12) };
  if (mdhd.length < 32) throw broken('its duration is truncated');
  return { ticks: Number(view.getBigUint64(24)), timescale: view.getUint32(20) };
}

function firstChunkOffset(table: Uint8Array): number {
  const short = child(table, 'stco');
  if (short !== undefined && short.length >= 12 && dataView(short).getUint32(4) > 0)
    return dataView(short).getUint32(8);
  const long = child(table, 'co64');
  if (long !== undefined && long.length >= 16 && dataView(long).getUint32(4) > 0) {
    return Number(dataView(long).getBigUint64(8));
  }
  throw broken('its audio track is empty');
}

/** Bytes of an AudioSampleEntry's body before its boxes: plain, and QuickTime's versions 1 and 2. */
const ENTRY_BYTES = [28, 44, 64];

function parseSampleEntry(entries: Uint8Array) {
  const entry = parseBox(entries, 0, 0, entries.length);
  if (entry === null || entry.end > entries.length || entry.end - entry.bodyStart < 28) {
    throw broken('its sample description is truncated');
  }
  const body = entries.subarray(entry.bodyStart, entry.end);
  const view = dataView(body);
  const boxes = body.subarray(ENTRY_BYTES[view.getUint16(8)] ?? 28);
  const plain = { channels: view.getUint16(16), sampleRate: view.getUint32(24) / 65_536, bitsPerSample: null };
  switch (entry.type) {
    case 'mp4a': {
      const esds = child(boxes, 'esds') ?? child(boxes, 'wave', 'esds');
      return { ...plain, codec: aacCodec(esds) };
    }
    case 'alac': {
      const config = child(boxes, 'alac');
      if (config === undefined || config.length < FULL_BOX_BYTES + 24)
        throw broken('its ALAC description is truncated');
      const alac = dataView(config.subarray(FULL_BOX_BYTES));
      return {
        codec: 'alac',
        channels: alac.getUint8(9),
        sampleRate: alac.getUint32(20),
        bitsPerSample: alac.getUint8(5),
      };
    }
    case 'fLaC':
      return { ...plain, codec: 'flac', bitsPerSample: view.getUint16(18) };
    case 'Opus':
      return { ...plain, codec: 'opus' };
    case '.mp3':
      return { ...plain, codec: 'mp3' };
    case 'drms':
    case 'enca':
      throw unsupported('it is copy-protected');
    default:
      // No browser that takes it by Media Source Extensions is known; some play the file as it is.
      return { ...plain, codec: entry.type.replaceAll(/[^\w-]/g, '') };
  }
}

const TAG_DECODER_CONFIG = 4;
const TAG_DECODER_SPECIFIC = 5;
/** Before the descriptors inside it. */
const DECODER_CONFIG_BYTES = 13;
const OBJECT_AAC = 0x40;
const OBJECTS_MP3 = [0x69, 0x6b];

/** The descriptors of an `esds` box (ISO 14496-1, 7.2.6), with their bodies; those inside the first follow it. */
function* descriptors(esds: Uint8Array): Generator<{ tag: number; body: Uint8Array }> {
  for (let at = FULL_BOX_BYTES; at < esds.length; ) {
    const tag = esds[at++] ?? 0;
    // The length comes seven bits a byte; the top bit says that more follow.
    for (let i = 0; i < 4 && ((esds[at++] ?? 0) & 0x80) !== 0; i++);
    yield { tag, body: esds.subarray(at) };
    if (tag === TAG_DECODER_SPECIFIC) return;
    // ES descriptor: its id and flags, none of whose optional fields MP4 files use; the decoder's description is inside.
    at += tag === TAG_DECODER_CONFIG ? DECODER_CONFIG_BYTES : 3;
  }
}

function objectTypeOf(esds: Uint8Array | undefined): number | undefined {
  for (const { tag, body } of descriptors(esds ?? new Uint8Array())) if (tag === TAG_DECODER_CONFIG) return body[0];
  return undefined;
}

/** RFC 6381 codec: object type, and for AAC its audio object type. */
function aacCodec(esds: Uint8Array | undefined): string {
  if (esds === undefined) throw broken('its AAC description is missing');
  const objectType = objectTypeOf(esds);
  if (objectType === undefined) throw broken('its AAC description is truncated');
  if (OBJECTS_MP3.includes(objectType)) return 'mp3';
  if (objectType !== OBJECT_AAC) return `mp4a.${objectType.toString(16).padStart(2, '0')}`;
  for (const { tag, body } of descriptors(esds)) {
    if (tag === TAG_DECODER_SPECIFIC) return `mp4a.40.${audioObjectType(body[0] ?? 0, body[1] ?? 0)}`;
  }
  return 'mp4a.40.2';
}

function audioObjectType(first: number, second: number): number {
  const type = first >> 3;
  return type === 31 ? 32 + ((first & 7) << 3) + (second >> 5) : type;
}

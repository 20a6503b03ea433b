/** Seek index of Ogg with Opus, Vorbis or FLAC (RFC 3533): walks page headers, and looks into packets only to see where its clock begins. */
import { isOggPageIntact } from './checksums';
import { isVideo, MODES_TAIL_BYTES, PACKET_HEAD_BYTES, parseIdPacket, type Stream } from './ogg-codecs';
import type { Checked, SeekDescription, SeekParser } from './parser';
import { PointList } from './points';
import { broken, dataView, hasText, type RandomAccess, unsupported, WindowReader } from './reader';

const PAGE_HEADER_BYTES = 27;
const MAX_SEGMENTS = 255;
/** A lacing value below this ends a packet. */
const FULL_SEGMENT = 255;
const CONTINUED = 1;
const BEGIN_OF_STREAM = 2;
/** Granule position of a page on which no packet ends. */
const NO_GRANULE = 0xffff_ffff_ffff_ffffn;
/** An id packet is 19 (Opus), 30 (Vorbis) or 51 bytes (FLAC). */
const MAX_ID_PACKET_BYTES = 255;
/** `\x7fFLAC`, version and number of header packets, before `fLaC` and STREAMINFO. */
const FLAC_MAPPING_BYTES = 9;
const FLAC_MAGIC_BYTES = 4;
/** Flag of the last metadata block. */
const LAST_BLOCK = 0x80;
/** Tags with pictures. */
const MAX_FLAC_HEADER_BYTES = 33_554_432;
const SCAN_BYTES = 65_536;
/** Pages looked at, at most, for a second of sound or for the first end of a packet. */
const MAX_CHECKED_PAGES = 256;

interface Page {
  position: number;
  end: number;
  bodyStart: number;
  flags: number;
  granule: bigint;
  serial: number;
  /** Packets that end on this page. */
  packetsEnded: number;
}

export const oggParser: SeekParser = {
  recognises: (head) => hasText(head, 0, 'OggS'),
  check: checkOgg,
  describe: describeOgg,
};

/**
 * Points are at pages that begin with a packet of their own; the time of a page is the granule position at the end of the one before.
 * Opus needs 80 ms of run-in after a jump (RFC 7845, section 4.6). The header holds the comment packet, and with it a picture if the
 * tags have one. Of several streams in one file the first that can be played counts; of streams chained one after another, the first.
 * Times count from the stream's own start: a recording of a broadcast may begin at any granule position.
 * @throws {FormatError}
 */
async function describeOgg(source: RandomAccess): Promise<SeekDescription> {
  const reader = new WindowReader(source);
  const { page: idPage, stream } = await findStream(reader);
  const headerEnd = await endOfHeader(reader, idPage, stream);
  const start = await firstGranule(reader, idPage, stream, headerEnd);
  const seconds = (at: bigint) => Math.max(0, Number(at - start) - stream.preSkip) / stream.granuleRate;

  const points = new PointList();
  let firstAudio = headerEnd;
  let endAudio = headerEnd;
  let granule = start;
  let pages = 0;
  for (let page = await nextPage(reader, headerEnd); page !== null; page = await nextPage(reader, page.end)) {
    if (page.serial !== idPage.serial) {
      if ((page.flags & BEGIN_OF_STREAM) !== 0) break;
      continue;
    }
    if (page.end > reader.size) break;
    if (pages === 0) firstAudio = page.position;
    if (pages === 0 || (page.flags & CONTINUED) === 0) points.offer(seconds(granule), page.position);
    if (page.granule !== NO_GRANULE && page.granule > granule) granule = page.granule;
    endAudio = page.end;
    pages++;
  }
  const durationS = seconds(granule);
  if (durationS <= 0) throw broken('it has no audio after its header');
  return {
    codec: stream.codec,
    sampleRate: stream.sampleRate,
    channels: stream.channels,
    bitsPerSample: stream.bitsPerSample,
    durationS,
    priming: stream.preSkip,
    seek: { header: [idPage.position, headerEnd], firstAudio, endAudio, points: points.toPoints() },
  };
}

/** Pages have the checksum that they name, for a second of sound or to the end of a shorter stream. */
async function checkOgg(source: RandomAccess): Promise<Checked> {
  const reader = new WindowReader(source);
  const { page: idPage, stream } = await findStream(reader);
  const headerEnd = await endOfHeader(reader, idPage, stream);
  const start = await firstGranule(reader, idPage, stream, headerEnd);
  const enough = start + BigInt(stream.preSkip + stream.granuleRate);
  let intact = 0;
  let pages = 0;
  for (let page = await nextPage(reader, headerEnd); page !== null; page = await nextPage(reader, page.end)) {
    if (page.serial !== idPage.serial) continue;
    if (page.end > reader.size) break;
    if (isOggPageIntact(await reader.at(page.position, page.end - page.position))) intact++;
    pages++;
    if (pages >= MAX_CHECKED_PAGES || (page.granule !== NO_GRANULE && page.granule >= enough)) break;
  }
  if (pages === 0) throw broken('it has no audio after its header', 'truncated');
  if (intact * 2 < pages) throw broken('the checksums of its pages are wrong');
  const startS = (Number(start) + stream.preSkip) / stream.granuleRate;
  const flacHeader = stream.codec === 'flac' ? await flacHeaderOf(reader, idPage, headerEnd) : null;
  return { durationS: null, startS, ...(flacHeader === null ? {} : { flacHeader }) };
}

/** The first packet is a FLAC file's beginning behind a few bytes of the mapping, and each other one a metadata block. Null: there is too much. */
async function flacHeaderOf(reader: WindowReader, idPage: Page, headerEnd: number): Promise<Uint8Array | null> {
  if (headerEnd - idPage.position > MAX_FLAC_HEADER_BYTES) return null;
  const header = new Uint8Array(headerEnd - idPage.position);
  let length = 0;
  /** Where the block that is being put together begins. */
  let block = 0;
  let last = 0;
  for (
    let page: Page | null = idPage;
    page !== null && page.end <= headerEnd;
    page = await nextPage(reader, page.end)
  ) {
    if (page.serial !== idPage.serial) continue;
    let at = page.bodyStart + (page === idPage ? FLAC_MAPPING_BYTES : 0);
    for (const { bytes, isEnd } of await packetsOf(reader, page)) {
      const end = page === idPage ? page.end : at + bytes;
      header.set(await reader.at(at, end - at), length);
      length += end - at;
      at = end;
      if (!isEnd) continue;
      last = block === 0 ? FLAC_MAGIC_BYTES : block;
      block = length;
    }
  }
  header[last] = (header[last] ?? 0) | LAST_BLOCK;
  return header.subarray(0, length);
}

/** All streams begin with their id packets, one page each, before any other page. */
async function findStream(reader: WindowReader): Promise<{ page: Page; stream: Stream }> {
  let found: { page: Page; stream: Stream } | null = null;
  let page = await nextPage(reader, 0);
  for (; page !== null && (page.flags & BEGIN_OF_STREAM) !== 0; page = await nextPage(reader, page.end)) {
    const packet = await reader.at(page.bodyStart, MAX_ID_PACKET_BYTES);
    if (isVideo(packet)) throw unsupported('it is a video', 'video');
    const stream: Stream | null = found === null ? parseIdPacket(packet) : null;
    if (stream !== null) found = { page, stream };
  }
  if (found === null) throw unsupported('its Ogg container holds neither Opus, Vorbis nor FLAC');
  return found;
}

async function endOfHeader(reader: WindowReader, idPage: Page, stream: Stream): Promise<number> {
  let packets = 0;
  for (let page: Page | null = idPage; page !== null; page = await nextPage(reader, page.end)) {
    if (page.serial === idPage.serial) packets += page.packetsEnded;
    if (packets >= stream.headerPackets) return page.end;
  }
  throw broken('it ends inside its header', 'truncated');
}

/**
 * The granule position at which a stream begins: that of the first page on which a packet ends, without the samples of the packets that end
 * on it. A smaller position than these have means samples that are not heard, and a start at 0.
 */
async function firstGranule(reader: WindowReader, idPage: Page, stream: Stream, headerEnd: number): Promise<bigint> {
  const count = stream.counter(Uint8Array.from(await reader.at(headerEnd - MODES_TAIL_BYTES, MODES_TAIL_BYTES)));
  if (count === null) return 0n;
  let samples = 0;
  /** Of the packet that began on a page before. */
  let begun: Uint8Array | null = null;
  let page = await nextPage(reader, headerEnd);
  for (let pages = 0; page !== null && pages < MAX_CHECKED_PAGES; pages++, page = await nextPage(reader, page.end)) {
    if (page.serial !== idPage.serial) continue;
    let at = page.bodyStart;
    for (const { bytes, isEnd } of await packetsOf(reader, page)) {
      begun ??= Uint8Array.from(await reader.at(at, Math.min(bytes, PACKET_HEAD_BYTES)));
      at += bytes;
      if (!isEnd) continue;
      samples += count(begun);
      begun = null;
    }
    if (page.granule === NO_GRANULE) continue;
    const start = page.granule - BigInt(Math.round(samples));
    // Beyond what numbers count is damage.
    return start > 0n && start < BigInt(Number.MAX_SAFE_INTEGER) ? start : 0n;
  }
  return 0n;
}

/** The parts of packets on a page. */
async function packetsOf(reader: WindowReader, page: Page): Promise<{ bytes: number; isEnd: boolean }[]> {
  const lacing = await reader.at(page.position + PAGE_HEADER_BYTES, page.bodyStart - page.position - PAGE_HEADER_BYTES);
  const found: { bytes: number; isEnd: boolean }[] = [];
  let bytes = 0;
  for (const [i, segment] of lacing.entries()) {
    bytes += segment;
    const isEnd = segment < FULL_SEGMENT;
    if (!isEnd && i < lacing.length - 1) continue;
    found.push({ bytes, isEnd });
    bytes = 0;
  }
  return found;
}

/** The page at `from`, or where damage stands there the next one. Null at the end, and for a header that was cut. */
async function nextPage(reader: WindowReader, from: number): Promise<Page | null> {
  for (let position = from; position < reader.size; ) {
    const bytes = await reader.at(position, PAGE_HEADER_BYTES + MAX_SEGMENTS);
    const page = parsePage(bytes, position);
    if (page !== null) return page;
    const next = await findCapture(reader, position + 1);
    if (next === null) return null;
    position = next;
  }
  return null;
}

function parsePage(bytes: Uint8Array, position: number): Page | null {
  if (bytes.length < PAGE_HEADER_BYTES || !hasText(bytes, 0, 'OggS') || bytes[4] !== 0) return null;
  const view = dataView(bytes);
  const segments = view.getUint8(26);
  const lacing = bytes.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + segments);
  if (lacing.length < segments) return null;
  const bodyStart = position + PAGE_HEADER_BYTES + segments;
  return {
    position,
    bodyStart,
    end: lacing.reduce((sum, n) => sum + n, bodyStart),
    flags: view.getUint8(5),
    granule: view.getBigUint64(6, true),
    serial: view.getUint32(14, true),
    packetsEnded: lacing.reduce((sum, n) => sum + (n < 255 ? 1 : 0), 0),
  };
}

async function findCapture(reader: WindowReader, from: number): Promise<number | null> {
  for (let position = from; position < reader.size; position += SCAN_BYTES) {
    const bytes = await reader.at(position, SCAN_BYTES + 3);
    for (let at = bytes.indexOf(0x4f); at >= 0 && at < SCAN_BYTES; at = bytes.indexOf(0x4f, at + 1)) {
      if (hasText(bytes, at, 'OggS')) return position + at;
    }
  }
  return null;
}

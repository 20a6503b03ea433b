/** Seek index of Ogg with Opus or Vorbis (RFC 3533, RFC 7845, Vorbis I): walks page headers, never packets. */
import type { SeekDescription, SeekParser } from './parser';
import { PointList } from './points';
import { broken, dataView, hasText, type RandomAccess, unsupported, WindowReader } from './reader';

const PAGE_HEADER_BYTES = 27;
const MAX_SEGMENTS = 255;
const CONTINUED = 1;
const BEGIN_OF_STREAM = 2;
/** Granule position of a page on which no packet ends. */
const NO_GRANULE = 0xffff_ffff_ffff_ffffn;
/** Opus counts in samples of 48 kHz, whatever was recorded (RFC 7845, section 4). */
const OPUS_RATE_HZ = 48_000;
/** An id packet is 19 (Opus) or 30 (Vorbis) bytes. */
const MAX_ID_PACKET_BYTES = 255;
const SCAN_BYTES = 65_536;

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

interface Stream {
  codec: 'opus' | 'vorbis';
  channels: number;
  /** As listeners know it. */
  sampleRate: number;
  /** What granule positions count. */
  granuleRate: number;
  /** Granules before the first sample that is heard. */
  preSkip: number;
  /** Packets before sound: Opus id and comment, Vorbis also the setup. */
  headerPackets: number;
}

export const oggParser: SeekParser = {
  recognises: (head) => hasText(head, 0, 'OggS'),
  describe: describeOgg,
};

/**
 * Points are at pages that begin with a packet of their own; the time of a page is the granule position at the end of the one before.
 * Opus needs 80 ms of run-in after a jump (RFC 7845, section 4.6). The header holds the comment packet, and with it a picture if the
 * tags have one. Of several streams in one file the first that can be played counts; of streams chained one after another, the first.
 * @throws {EnxameError} `format_unsupported`
 */
async function describeOgg(source: RandomAccess): Promise<SeekDescription> {
  const reader = new WindowReader(source);
  const { page: idPage, stream } = await findStream(reader);

  let page: Page | null = idPage;
  let packets = 0;
  for (; page !== null && packets < stream.headerPackets; page = await nextPage(reader, page.end)) {
    if (page.serial === idPage.serial) packets += page.packetsEnded;
    if (packets >= stream.headerPackets) break;
  }
  if (page === null) throw broken('it ends inside its header');
  const headerEnd = page.end;

  const points = new PointList();
  let firstAudio = headerEnd;
  let endAudio = headerEnd;
  let granule = 0n;
  let pages = 0;
  for (page = await nextPage(reader, headerEnd); page !== null; page = await nextPage(reader, page.end)) {
    if (page.serial !== idPage.serial) {
      if ((page.flags & BEGIN_OF_STREAM) !== 0) break;
      continue;
    }
    if (page.end > reader.size) break;
    if (pages === 0) firstAudio = page.position;
    if (pages === 0 || (page.flags & CONTINUED) === 0) points.offer(seconds(granule, stream), page.position);
    if (page.granule !== NO_GRANULE && page.granule > granule) granule = page.granule;
    endAudio = page.end;
    pages++;
  }
  const durationS = seconds(granule, stream);
  if (durationS <= 0) throw broken('it has no audio after its header');
  return {
    codec: stream.codec,
    sampleRate: stream.sampleRate,
    channels: stream.channels,
    bitsPerSample: null,
    durationS,
    priming: stream.preSkip,
    seek: { header: [idPage.position, headerEnd], firstAudio, endAudio, points: points.toPoints() },
  };
}

function seconds(granule: bigint, stream: Stream): number {
  return Math.max(0, Number(granule) - stream.preSkip) / stream.granuleRate;
}

/** All streams begin with their id packets, one page each, before any other page. */
async function findStream(reader: WindowReader): Promise<{ page: Page; stream: Stream }> {
  let page = await nextPage(reader, 0);
  for (; page !== null && (page.flags & BEGIN_OF_STREAM) !== 0; page = await nextPage(reader, page.end)) {
    const stream = parseIdPacket(await reader.at(page.bodyStart, MAX_ID_PACKET_BYTES));
    if (stream !== null) return { page, stream };
  }
  throw unsupported('its Ogg container holds neither Opus nor Vorbis');
}

function parseIdPacket(packet: Uint8Array): Stream | null {
  const view = dataView(packet);
  if (hasText(packet, 0, 'OpusHead') && packet.length >= 19) {
    const channels = view.getUint8(9);
    if (channels === 0) throw broken('it has no channels');
    return {
      codec: 'opus',
      channels,
      sampleRate: OPUS_RATE_HZ,
      granuleRate: OPUS_RATE_HZ,
      preSkip: view.getUint16(10, true),
      headerPackets: 2,
    };
  }
  if (hasText(packet, 0, '\x01vorbis') && packet.length >= 30) {
    const channels = view.getUint8(11);
    const sampleRate = view.getUint32(12, true);
    if (channels === 0 || sampleRate === 0) throw broken('its sample rate or number of channels is 0');
    return { codec: 'vorbis', channels, sampleRate, granuleRate: sampleRate, preSkip: 0, headerPackets: 3 };
  }
  return null;
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

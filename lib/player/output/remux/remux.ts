/** Repackages a file for MSE without re-encoding: demuxed and muxed by mediabunny, packet by packet, as it is read. */
import {
  CustomSource,
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  Input,
  NullTarget,
  Output,
} from 'mediabunny';
import { FORMATS } from '@/lib/assets/formats';
import { decodingStart } from '@/lib/assets/seek/points';
import type { ManifestHeader } from '@/lib/contracts/manifest';
import { joined } from '../bytes';
import { ChunkReader } from '../chunk-reader';

import type { Bytes, Segment } from '../segments';
import { fileFrom, filePieces, type VirtualFile } from '../virtual-file';
import type { Formats, RemuxInput } from './formats';
import { WholePackets } from './whole-packets';

/** mediabunny's own cache; small, because the chunks beneath it are kept already. */
const PARSER_CACHE_BYTES = 512 * 1024;

/** @param formats how the file is read, and how what the SourceBuffer takes is written */
export async function* remux(
  bytes: Bytes,
  file: ManifestHeader,
  { input: remuxInput, outputFormat }: Formats,
  timeS: number,
  signal: AbortSignal,
): AsyncIterable<Segment> {
  const { input, first: firstOf } = openAt(bytes, file, timeS, signal, remuxInput);
  try {
    const track = await input.getPrimaryAudioTrack();
    const ownConfig = await track?.getDecoderConfig();
    if (!track || !ownConfig) throw new Error('no sound in this file');
    const sink = new EncodedPacketSink(track);
    const first = await firstOf(sink);
    if (!first) throw new Error('no packet of sound in this file');

    const codec = await track.getCodec();
    if (!codec) throw new Error('a codec that cannot be repackaged');
    const decoderConfig = remuxInput.prepareConfig?.(ownConfig, file) ?? ownConfig;
    const packets = new EncodedAudioPacketSource(codec);
    let written: Uint8Array[] = [];
    let mediaWritten = false;
    const output = new Output({
      format: outputFormat({
        header(data) {
          remuxInput.correctHeader?.(data, file);
          written.push(data);
        },
        media(data) {
          written.push(data);
          mediaWritten = true;
        },
      }),
      target: new NullTarget(),
    });
    output.addAudioTrack(packets);
    await output.start();

    // Muxed from zero and moved by the SourceBuffer: decoding begins before zero where there is priming, which a file cannot.
    let timestampOffset: number | undefined = first.timeS;
    const segment = (): Segment => {
      const data = joined(written);
      const made = timestampOffset === undefined ? { data } : { data, timestampOffset };
      written = [];
      mediaWritten = false;
      timestampOffset = undefined;
      return made;
    };
    const timing = new WholePackets(codec, ownConfig.sampleRate / decoderConfig.sampleRate);
    for (let packet: EncodedPacket | null = first.packet; packet; ) {
      signal.throwIfAborted();
      const next = await sink.getNextPacket(packet);
      await packets.add(packet.clone(timing.of(packet, next === null)), { decoderConfig });
      if (mediaWritten) yield segment();
      packet = next;
    }
    await output.finalize();
    if (mediaWritten) yield segment();
  } finally {
    input.dispose();
  }
}

interface FirstPacket {
  packet: EncodedPacket;
  /** Where it belongs in the track. */
  timeS: number;
}

/**
 * A file with an exact index of its own (MP4) is read as it is. All else is read as a file that begins at a point of the seek index: the
 * header and what follows the point are all that is ever read.
 */
function openAt(
  bytes: Bytes,
  file: ManifestHeader,
  timeS: number,
  signal: AbortSignal,
  { inputFormat, prepareFile }: RemuxInput,
): { input: Input; first(sink: EncodedPacketSink): Promise<FirstPacket | null> } {
  const reader = new ChunkReader(bytes, file, signal);
  const inputOf = (virtual: VirtualFile) => makeInput(prepareFile?.(virtual) ?? virtual, inputFormat);
  if (FORMATS[file.container].seekIndex === 'own') {
    return {
      input: inputOf(filePieces(reader, [[0, file.size]])),
      async first(sink) {
        const begin = await sink.getFirstPacket();
        if (!begin) return null;
        // mediabunny heeds edit lists and nothing else.
        const laterS = file.priming === undefined ? 0 : -file.priming / file.sampleRate - begin.timestamp;
        const packet = (await sink.getPacket(timeS - laterS)) ?? begin;
        return { packet, timeS: packet.timestamp + laterS };
      },
    };
  }
  const point = decodingStart(file, timeS);
  return {
    input: inputOf(fileFrom(reader, file, point.byte)),
    async first(sink) {
      const packet = await sink.getFirstPacket();
      return packet && { packet, timeS: point.timeS };
    },
  };
}

function makeInput(virtual: VirtualFile, inputFormat: RemuxInput['inputFormat']): Input {
  const source = new CustomSource({
    getSize: () => virtual.size,
    read: (start, end) => virtual.read(start, end),
    maxCacheSize: PARSER_CACHE_BYTES,
    // A read that nobody waits for any more.
    handleUnhandledError: () => {},
  });
  return new Input({ formats: [inputFormat], source });
}

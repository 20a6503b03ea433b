import { type ChildProcess, spawn } from 'node:child_process';
import { CustomSource, EncodedPacketSink, Input, MP4, QTFF } from 'mediabunny';
import type { RandomAccess } from '@/lib/assets/seek/reader';
import type { Sound } from './meter';
import { NEEDS_FFMPEG, NoDecoder } from './no-decoder';

const HEADER_BYTES = 7;
const LONGEST_FRAME_BYTES = 2 ** 13 - 1;
/** 15 in the stream stands for a rate that the header cannot name. */
const RATE_EXPLICIT = 15;
const SAMPLE_BYTES = 4;

/** What a header says that is the same for each frame of a file. */
export interface AdtsConfig {
  /** Of the four that a header can name: AAC Main, LC, SSR, LTP. */
  profile: number;
  /** Index in the standard's table. */
  rate: number;
  /** The standard's number of a configuration: of one to six channels their number, 7 for eight. */
  channels: number;
}

const EIGHT_CHANNELS = 7;

/**
 * @param description AudioSpecificConfig (ISO 14496-3, 1.6.2.1) @throws {NoDecoder} for what ADTS cannot say
 */
export function adtsConfigOf(description: Uint8Array): AdtsConfig {
  const bits = ((description[0] ?? 0) << 8) | (description[1] ?? 0);
  const objectType = bits >> 11;
  const rate = (bits >> 7) & 0xf;
  const channels = (bits >> 3) & 0xf;
  // HE-AAC (5) and its second version (29) are LC with more in the frames, which decoders find.
  const core = objectType === 5 || objectType === 29 ? 2 : objectType;
  if (core < 1 || core > 4 || rate >= RATE_EXPLICIT || channels === 0 || channels > EIGHT_CHANNELS)
    throw new NoDecoder('AAC');
  return { profile: core - 1, rate, channels };
}

/** A frame with the header that makes it part of a stream (ISO 13818-7, 6.2). @throws {RangeError} for one too long */
export function adtsFrame({ profile, rate, channels }: AdtsConfig, data: Uint8Array): Uint8Array {
  const length = HEADER_BYTES + data.length;
  if (length > LONGEST_FRAME_BYTES) throw new RangeError('not a frame of AAC');
  const frame = new Uint8Array(length);
  frame[0] = 0xff;
  // MPEG-4, no checksum.
  frame[1] = 0xf1;
  frame[2] = (profile << 6) | (rate << 2) | (channels >> 2);
  frame[3] = ((channels & 3) << 6) | (length >> 11);
  frame[4] = (length >> 3) & 0xff;
  frame[5] = ((length & 7) << 5) | 0x1f;
  frame[6] = 0xfc;
  frame.set(data, HEADER_BYTES);
  return frame;
}

/**
 * The sound of AAC in MP4, by the server's ffmpeg: no decoder of AAC comes as a package under a free licence like this project's. ffmpeg is
 * given the frames alone, through a pipe: it opens no file, and what it has found of the container is ours.
 * @param sampleRate that ffmpeg is asked for (Hz) @throws {NoDecoder} where there is no ffmpeg
 */
export async function* aacSound(source: RandomAccess, sampleRate: number): AsyncGenerator<Sound> {
  const input = new Input({
    source: new CustomSource({ getSize: () => source.size, read: (start, end) => source.read(start, end) }),
    formats: [MP4, QTFF],
  });
  const track = await input.getPrimaryAudioTrack();
  const description = (await track?.getDecoderConfig())?.description;
  if (!track || !description) throw new NoDecoder('AAC');
  const config = adtsConfigOf(bytesOf(description));
  // What the container says of channels is often a default.
  const channels = config.channels === EIGHT_CHANNELS ? 8 : config.channels;
  const child = spawn(
    'ffmpeg',
    [
      ...['-v', 'quiet', '-threads', '1', '-f', 'aac', '-i', 'pipe:0'],
      ...['-f', 'f32le', '-ar', String(sampleRate), '-ac', String(channels), 'pipe:1'],
    ],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  try {
    await started(child);
    const feeding = feed(child, new EncodedPacketSink(track), config);
    // Whoever reads the sound meets its failure.
    feeding.catch(() => child.kill('SIGKILL'));
    yield* samplesOf(child.stdout, sampleRate, channels);
    await feeding;
  } finally {
    child.kill('SIGKILL');
    input.dispose();
  }
}

/** Whether this machine has it. */
export function hasFfmpeg(): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('ffmpeg', ['-version'], { stdio: 'ignore' });
    child.once('exit', (code) => resolve(code === 0));
    child.once('error', () => resolve(false));
  });
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', () => reject(new NoDecoder(NEEDS_FFMPEG)));
  });
}

async function feed(
  { stdin }: { stdin: NodeJS.WritableStream },
  packets: EncodedPacketSink,
  config: AdtsConfig,
): Promise<void> {
  let broken = false;
  // ffmpeg ended early: what it has decoded is still read.
  stdin.on('error', () => {
    broken = true;
  });
  for await (const { data } of packets.packets()) {
    if (broken) return;
    if (!stdin.write(adtsFrame(config, data))) await drained(stdin);
  }
  stdin.end();
}

function drained(stdin: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const name of ['drain', 'close', 'error']) stdin.removeListener(name, done);
      resolve();
    };
    for (const name of ['drain', 'close', 'error']) stdin.on(name, done);
  });
}

async function* samplesOf(stdout: AsyncIterable<Buffer>, sampleRate: number, channels: number): AsyncGenerator<Sound> {
  const blockBytes = SAMPLE_BYTES * channels;
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of stdout) {
    const bytes = Buffer.concat([rest, piece]);
    const length = Math.floor(bytes.length / blockBytes);
    rest = bytes.subarray(length * blockBytes);
    yield {
      sampleRate,
      channels: Array.from({ length: channels }, (_, channel) =>
        Float32Array.from({ length }, (_, i) => bytes.readFloatLE(i * blockBytes + channel * SAMPLE_BYTES)),
      ),
    };
  }
}

function bytesOf(given: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
    : new Uint8Array(given);
}

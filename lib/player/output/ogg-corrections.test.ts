import { describe, expect, it } from 'vitest';
import { opusPacketS } from '@/lib/assets/opus-packet';
import type { ManifestHeader } from '@/lib/contracts/manifest';
import { prepareOggConfig } from './ogg-corrections';
import { WholePackets } from './remux/whole-packets';

const base = { sampleRate: 48_000, numberOfChannels: 2 };
const file = (change: Partial<ManifestHeader>) =>
  ({ version: 'v'.repeat(22), priming: 312, ...change }) as ManifestHeader;
const latin1 = (bytes: unknown) => Buffer.from(bytes as Uint8Array).toString('latin1');

describe('Opus', () => {
  const head = Buffer.from('OpusHead\x01\x02\x38\x01\x44\xac\x00\x00\x00\x00\x00', 'latin1');
  const config = { ...base, codec: 'opus', description: head };

  it('has no pre-skip, and the rate that is decoded', () => {
    const { description } = prepareOggConfig(config, file({ codec: 'opus' }));
    expect(latin1(description)).toBe('OpusHead\x01\x02\x00\x00\x80\xbb\x00\x00\x00\x00\x00');
    // The file's own stays as it is.
    expect(head.readUInt16LE(10)).toBe(312);
  });

  it('is left alone where nobody cuts the pre-skip off, or it is cut short', () => {
    const old: ManifestHeader = { ...file({ codec: 'opus' }) };
    delete old.priming;
    expect(prepareOggConfig(config, old)).toBe(config);
    const short = { ...config, description: head.subarray(0, 12) };
    expect(prepareOggConfig(short, file({ codec: 'opus' }))).toBe(short);
  });

  it.each([
    ['CELT of 20 ms', [0xfc], 0.02],
    ['CELT of 2.5 ms, twice', [0xe1], 0.005],
    ['hybrid of 10 ms', [0x60], 0.01],
    ['SILK of 60 ms', [0x18], 0.06],
    ['CELT of 20 ms, three in one', [0xff, 0x03], 0.06],
    ['nothing', [], null],
  ])('knows how long a packet is: %s', (_, bytes, seconds) => {
    expect(opusPacketS(Uint8Array.from(bytes))).toBe(seconds);
  });
});

describe('Vorbis', () => {
  const headers = (comments: string) => {
    const [id, setup] = ['\x01vorbis and more', '\x05vorbis setup'];
    const lacing = `${'\xff'.repeat(Math.floor(comments.length / 255))}${String.fromCharCode(comments.length % 255)}`;
    return Buffer.from(`\x02${String.fromCharCode(id.length)}${lacing}${id}${comments}${setup}`, 'latin1');
  };
  const own = `\x03vorbis\x16\0\0\0${'v'.repeat(22)}\0\0\0\0\x01`;

  it.each([
    ['short', 'comments'],
    ['of exactly one lacing value', 'c'.repeat(255)],
    ['with a picture', 'c'.repeat(100_000)],
  ])('has the id of the version in place of comments, %s', (_, comments) => {
    const config = { ...base, codec: 'vorbis', description: headers(comments) };
    const { description } = prepareOggConfig(config, file({ codec: 'vorbis', priming: 0 }));
    expect(latin1(description)).toBe(latin1(headers(own)));
  });

  it.each([[''], ['\x02'], ['\x02\x05\xff'], ['\x02\x05\x05abc']])('is left alone with headers like %j', (text) => {
    const config = { ...base, codec: 'vorbis', description: Buffer.from(text, 'latin1') };
    expect(prepareOggConfig(config, file({ codec: 'vorbis', priming: 0 }))).toBe(config);
  });
});

describe('packets', () => {
  const data = Uint8Array.from([0xfc]);
  const times = (codec: string, packets: [number, number][]) => {
    const whole = new WholePackets(codec);
    return packets.map(([timestamp, duration], i) => whole.of({ timestamp, duration, data }, i === packets.length - 1));
  };

  it('of Opus are whole, the first and the last too', () => {
    const made = times('opus', [
      [0, 0.0135],
      [0.0135, 0.02],
      [0.0335, 0.007],
    ]);
    expect(made.map(({ duration }) => duration)).toEqual([0.02, 0.02, 0.02]);
    expect(made.map(({ timestamp }) => timestamp)).toEqual([0, 0.02, 0.04]);
  });

  it('of AAC are as long as the one before', () => {
    const made = times('aac', [
      [5, 0.02],
      [5.02, 0.02],
      [5.04, 0.003],
    ]);
    expect(made.map(({ duration }) => duration)).toEqual([0.02, 0.02, 0.02]);
    expect(made[0]?.timestamp).toBe(0);
  });

  it('of FLAC and Vorbis differ in length, and stay as they are', () => {
    expect(
      times('flac', [
        [0, 0.09],
        [0.09, 0.01],
      ]),
    ).toEqual([
      { timestamp: 0, duration: 0.09 },
      { timestamp: 0.09, duration: 0.01 },
    ]);
  });
});

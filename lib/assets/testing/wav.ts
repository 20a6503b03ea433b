/** A WAV file of stereo noise that is the same each time, for tests. @param seconds of 44.1 kHz, 16 bit: 176,400 bytes each */
export function makeWav(seconds: number): Buffer {
  const dataBytes = Math.round(seconds * 44_100) * 4;
  const wav = Buffer.alloc(44 + dataBytes);
  wav.write('RIFF', 0, 'ascii');
  wav.writeUInt32LE(36 + dataBytes, 4);
  wav.write('WAVEfmt ', 8, 'ascii');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(2, 22);
  wav.writeUInt32LE(44_100, 24);
  wav.writeUInt32LE(176_400, 28);
  wav.writeUInt16LE(4, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'ascii');
  wav.writeUInt32LE(dataBytes, 40);
  let state = 1;
  for (let at = 44; at < wav.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    wav[at] = state >>> 24;
  }
  return wav;
}

import { Mp4OutputFormat } from 'mediabunny';
import { FRAGMENT_S, type Pieces } from './pieces';

export function outputFormat(pieces: Pieces) {
  return new Mp4OutputFormat({
    fastStart: 'fragmented',
    minimumFragmentDuration: FRAGMENT_S,
    onFtyp: pieces.header,
    onMoov: pieces.header,
    onMoof: pieces.media,
    onMdat: pieces.media,
  });
}

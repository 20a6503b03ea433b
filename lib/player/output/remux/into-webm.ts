import { WebMOutputFormat } from 'mediabunny';
import { FRAGMENT_S, type Pieces } from './pieces';

export function outputFormat(pieces: Pieces) {
  return new WebMOutputFormat({
    appendOnly: true,
    minimumClusterDuration: FRAGMENT_S,
    onEbmlHeader: pieces.header,
    onSegmentHeader: pieces.header,
    onCluster: pieces.media,
  });
}

import { WebMOutputFormat } from 'mediabunny';
import { closedCluster } from '../webm-cluster';
import { FRAGMENT_S, type Pieces } from './pieces';

export function outputFormat(pieces: Pieces) {
  return new WebMOutputFormat({
    appendOnly: true,
    minimumClusterDuration: FRAGMENT_S,
    onEbmlHeader: pieces.header,
    onSegmentHeader: pieces.header,
    onCluster: (data) => pieces.media(closedCluster(data)),
  });
}

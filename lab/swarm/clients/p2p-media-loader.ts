/** hls.js with P2P Media Loader as its documentation shows it: everything as it comes, but for the tracker and STUN, which are ours. */
import './process';
import Hls from 'hls.js';
import { HlsJsP2PEngine } from 'p2p-media-loader-hlsjs';
import { openPage } from './page';

const WithPeers = HlsJsP2PEngine.injectMixin(Hls);
const core = {
  announceTrackers: [`ws://${location.host}`],
  rtcConfig: { iceServers: [{ urls: `stun:${location.host}` }] },
};

void openPage(() => {
  let hls: InstanceType<typeof WithPeers> | null = null;
  let segments = 0;
  const held = new Set<string>();
  return {
    load(audio, track) {
      hls?.destroy();
      held.clear();
      hls = new WithPeers({
        p2p: {
          core,
          onHlsJsCreated: ({ p2pEngine }) =>
            p2pEngine.addEventListener('onSegmentLoaded', ({ segmentUrl }) => held.add(segmentUrl)),
        },
      });
      hls.on(Hls.Events.LEVEL_LOADED, (_event, { details }) => {
        segments = details.fragments.length;
      });
      hls.loadSource(new URL(track.url, location.href).href);
      hls.attachMedia(audio);
    },
    loaded: () => (segments === 0 ? 0 : held.size / segments),
  };
});

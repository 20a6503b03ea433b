/** A plain audio element. */
import { bufferedShare, openPage } from './page';

void openPage(() => ({
  load(audio, track) {
    audio.src = track.url;
  },
  loaded: bufferedShare,
}));

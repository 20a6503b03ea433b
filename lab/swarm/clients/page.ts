/** The page of every system but Enxame: a list of tracks with play buttons, "next", and a bar that jumps where it is clicked. */

/** One track as a page knows it; made by the driver. */
export interface ClientTrack {
  title: string;
  /** What the system plays it from: a file, a playlist, a torrent. */
  url: string;
}

export interface Client {
  /** Puts a track on the element, which is then told to play. */
  load(audio: HTMLAudioElement, track: ClientTrack): Promise<void> | void;
  /** Share of that track that this browser holds, 0 to 1. */
  loaded(audio: HTMLAudioElement, track: ClientTrack): number;
}

export async function openPage(start: () => Promise<Client> | Client): Promise<void> {
  const client = await start();
  const tracks = (await (await fetch('tracks.json')).json()) as ClientTrack[];
  const audio = document.createElement('audio');
  let current = -1;
  const play = async (index: number) => {
    const track = tracks[index];
    if (track === undefined) return;
    current = index;
    await client.load(audio, track);
    // A press that comes meanwhile is the one that counts.
    if (current === index) audio.play().catch(() => {});
  };
  const add = (id: string, text: string, onClick: (event: MouseEvent) => void) => {
    const button = document.createElement('button');
    button.id = id;
    button.textContent = text;
    button.style.cssText = 'position: relative; width: 100%';
    button.addEventListener('click', onClick);
    document.body.append(button);
  };
  add('next', 'Next', () => play(current + 1));
  add('jump', 'Jump', (event) => {
    audio.currentTime = (event.offsetX / (event.currentTarget as HTMLElement).offsetWidth) * audio.duration;
  });
  for (const [i, track] of tracks.entries()) add(`play${i}`, track.title, () => play(i));
  const loaded = () => {
    const track = tracks[current];
    return track === undefined ? 0 : client.loaded(audio, track);
  };
  Object.assign(globalThis, { __client: { loaded } });
}

/** Share of the element's track that is buffered. */
export function bufferedShare(audio: HTMLAudioElement): number {
  let seconds = 0;
  for (let i = 0; i < audio.buffered.length; i++) seconds += audio.buffered.end(i) - audio.buffered.start(i);
  return audio.duration > 0 ? Math.min(1, seconds / audio.duration) : 0;
}

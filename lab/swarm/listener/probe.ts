import type { Page } from 'puppeteer-core';

type Mark = 'pointerup' | 'append' | 'appended' | 'loadedmetadata' | 'seeking' | 'seeked' | 'canplay' | 'playing';

/** What the page notes of one press. Times in ms of the page's clock, null where it did not happen. */
export interface Press {
  kind: 'start' | 'jump';
  pressedAt: number;
  soundAt: number | null;
  /** What was given to SourceBuffers before sound: when, ms after the press, and how many bytes. */
  appends: [number, number][];
  /** First time after the press: the pointer let go, bytes given to a SourceBuffer, and the element's own events. */
  marks: Partial<Record<Mark, number>>;
}

export interface Heard {
  presses: Press[];
  /** `waiting` events after first sound that are neither a jump's nor the end's: ms after the press, and seconds buffered ahead. */
  stalls: { afterMs: number; bufferedS: number }[];
  /** Time for which `currentTime` stood still after first sound though the element was playing, ms. */
  stillMs: number;
  /** How much sound was heard, s. */
  heardS: number;
}

/**
 * Runs in the page before its own scripts. A press that was armed is noted at `pointerdown`; sound is the first moment at
 * which `currentTime` of a media element has moved: of a new source for a start, past the place jumped to for a jump. Looked
 * at every 4 ms and not in a tight loop, for eight listeners share this machine.
 */
const PROBE = `{
  const LOOK_MS = 4;
  const SAMPLE_MS = 100;
  /** A clock that was only read twice within its own step is no stall. */
  const STILL_LEAST_MS = 300;
  const END_SLACK_S = 0.5;
  const elements = new Set();
  const heard = { presses: [], stalls: [], stillMs: 0, heardS: 0 };
  let armed = null;
  let current = null;
  let resolve = null;
  const mark = (name) => { if (current && current.marks[name] === undefined) current.marks[name] = performance.now(); };
  const sounds = (e) => current?.soundAt != null && !e.paused && !e.seeking && !e.ended && e.duration - e.currentTime > END_SLACK_S;
  const ahead = (e) => {
    for (let i = 0; i < e.buffered.length; i++) {
      if (e.buffered.start(i) <= e.currentTime && e.currentTime <= e.buffered.end(i)) return e.buffered.end(i) - e.currentTime;
    }
    return 0;
  };
  const watch = (e) => {
    if (elements.has(e)) return;
    elements.add(e);
    for (const name of ['loadedmetadata', 'seeking', 'seeked', 'canplay', 'playing']) e.addEventListener(name, () => mark(name));
    e.addEventListener('seeking', () => { if (current?.kind === 'jump') current.target = e.currentTime; });
    e.addEventListener('waiting', () => { if (sounds(e)) heard.stalls.push({ afterMs: Math.round(performance.now() - current.pressedAt), bufferedS: ahead(e) }); });
    let lastS = -1;
    let since = performance.now();
    // When it was last seen to stand still: a page that has no time to look has seen nothing.
    let stillAt = since;
    let lookedAt = since;
    setInterval(() => {
      const now = performance.now();
      const movedS = e.currentTime - lastS;
      // A jump moves further than time does.
      if (lastS >= 0 && movedS > 0 && movedS * 1000 < now - lookedAt + SAMPLE_MS) heard.heardS += movedS;
      lookedAt = now;
      if (e.currentTime === lastS && sounds(e)) stillAt = now;
      else {
        if (stillAt - since > STILL_LEAST_MS) heard.stillMs += stillAt - since;
        lastS = e.currentTime;
        since = now;
        stillAt = now;
      }
    }, SAMPLE_MS);
  };
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { watch(this); return play.call(this); };
  const append = SourceBuffer.prototype.appendBuffer;
  SourceBuffer.prototype.appendBuffer = function (data) {
    mark('append');
    if (current && current.soundAt === null) current.appends.push([Math.round(performance.now() - current.pressedAt), data.byteLength]);
    if (current && current.marks.appended === undefined) this.addEventListener('updateend', () => mark('appended'), { once: true });
    return append.call(this, data);
  };
  addEventListener('pointerdown', () => {
    if (!armed) return;
    current = { kind: armed, pressedAt: performance.now(), soundAt: null, marks: {}, appends: [], target: null };
    armed = null;
    heard.presses.push(current);
    const press = current;
    const before = new Map([...elements].map((e) => [e, { src: e.currentSrc, s: e.currentTime }]));
    const moved = (e) => {
      if (e.paused || e.seeking) return false;
      if (press.kind === 'jump') return press.target !== null && e.currentTime > press.target;
      const was = before.get(e);
      return e.currentTime > 0 && (!was || was.src !== e.currentSrc || e.currentTime < was.s);
    };
    const timer = setInterval(() => {
      const over = current !== press;
      if (!over && ![...elements].some(moved)) return;
      clearInterval(timer);
      if (!over) { press.soundAt = performance.now(); resolve?.(); }
    }, LOOK_MS);
  }, true);
  addEventListener('pointerup', () => mark('pointerup'), true);
  performance.setResourceTimingBufferSize(10000);
  globalThis.__bench = {
    heard,
    arm(kind) { armed = kind; },
    /** Resolves when the last press sounds. */
    sounded: (timeoutMs) => new Promise((done) => {
      if (current?.soundAt != null && !armed) return done(true);
      const late = setTimeout(() => done(false), timeoutMs);
      resolve = () => { clearTimeout(late); done(true); };
    }),
  };
}`;

export async function installProbe(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(PROBE);
}

/** The next press counts. */
export const arm = (page: Page, kind: Press['kind']) => page.evaluate(`__bench.arm('${kind}')`);

/** @returns false when there is no sound in time */
export const sounded = (page: Page, timeoutMs: number) =>
  page.evaluate(`__bench.sounded(${timeoutMs})`) as Promise<boolean>;

export const heardIn = (page: Page) => page.evaluate('__bench.heard') as Promise<Heard>;

import type { Page } from 'puppeteer-core';

/**
 * Runs in the page before its own scripts: notes when a press happens, and the first moment after it at which
 * `currentTime` of a media element has moved in what the press began: another source, or another place of the same one
 * (the next track is in the stream already when it was put behind the one that plays). A message loop instead of
 * animation frames, so that the answer is to the millisecond and not to the frame.
 */
const PROBE = `{
  const elements = new Set();
  // Where each element has jumped to since the press, in seconds.
  const jumps = new Map();
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (!elements.has(this)) this.addEventListener('seeking', () => jumps.set(this, this.currentTime));
    elements.add(this);
    return play.call(this);
  };
  const state = { pressedAt: null, soundAt: null };
  globalThis.__pressToSound = state;
  addEventListener('pointerdown', () => {
    if (!state.armed) return;
    state.armed = false;
    state.pressedAt = performance.now();
    jumps.clear();
    const sources = new Map([...elements].map((element) => [element, element.currentSrc]));
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => {
      for (const element of elements) {
        const begun = jumps.has(element) || sources.get(element) !== element.currentSrc;
        const moves = !element.paused && !element.seeking && element.currentTime > (jumps.get(element) ?? 0);
        if (begun && moves) { state.soundAt = performance.now(); return; }
      }
      port1.postMessage(0);
    };
    port1.postMessage(0);
  }, true);
}`;

export async function installPressToSound(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(PROBE);
}

/** Milliseconds from the press that `press` makes (a real click) to the first moment of sound. */
export async function pressToSound(page: Page, press: () => Promise<void>): Promise<number> {
  await page.evaluate('Object.assign(globalThis.__pressToSound, { armed: true, pressedAt: null, soundAt: null })');
  await press();
  await page.waitForFunction('globalThis.__pressToSound.soundAt !== null', { polling: 20, timeout: 20_000 });
  return (await page.evaluate('globalThis.__pressToSound.soundAt - globalThis.__pressToSound.pressedAt')) as number;
}

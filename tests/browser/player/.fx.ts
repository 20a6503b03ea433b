import { serveHarness } from '@/tests/browser/player/server';
import { closeBrowser, launchFirefox } from '@/tests/support/browser';

const server = await serveHarness('/tmp/pl/music');
const b = await launchFirefox();
for (const [n, m] of [
  ['cbr.mp3', 'audio/mpeg'],
  ['16bit.flac', 'audio/flac'],
  ['24bit.flac', 'audio/flac'],
  ['24bit.flac', 'audio/flac'],
  ['pcm.wav', 'audio/wav'],
]) {
  const page = await b.newPage();
  page.on('console', (m) => console.log('  console', m.text()));
  await page.goto(server.url);
  await page.waitForFunction('globalThis.harness');
  console.log(
    n,
    await page.evaluate(
      `(async()=>{ const msgs=[]; harness.audio.addEventListener('error',()=>msgs.push(harness.audio.error.message)); harness.player.playNow([harness.track('${n}','${m}')],0); await new Promise(r=>setTimeout(r,1500)); return [msgs, harness.audio.currentTime, harness.player.state().route];})()`,
    ),
  );
  await page.close();
}
await closeBrowser(b);
await server.close();

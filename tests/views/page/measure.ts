/**
 * Measures the page on a machine: first paint and first data in Chromium with a history of 48 h, and the bytes of its
 * updates. `node tests/views/page/measure.ts [cycle interval in seconds]`; 10 makes 17,280 cycles.
 */

import { countsOf } from '../../history/counts.ts';
import { launchBrowser } from './support/browser.ts';
import { openScene } from './support/scene.ts';

const seconds = Number(process.argv[2] ?? 300);
const scene = await openScene({
  hours: 48,
  intervalMs: seconds * 1000,
  sampleMs: Math.min(15_000, seconds * 1000),
  incidents: [{ kind: 'slow', fromMin: 1200, toMin: 1170 }],
});
const counts = countsOf(scene.watch.history);
console.log(
  `history: ${counts.cycles} cycles, ${counts.scrapes} scrapes, ${(counts.bytes / 1e6).toFixed(0)} MB`,
);

const timed = async (what: string, path: string) => {
  const began = performance.now();
  const answer = await fetch(`${scene.url}${path}`, { headers: { 'accept-encoding': 'gzip' } });
  const text = await answer.text();
  console.log(`${what}: ${(performance.now() - began).toFixed(0)} ms, ${text.length} characters`);
};
await timed('document, cold', '/');
for (const hours of [6, 1, 24, 48]) await timed(`content of ${hours} h, cold`, `/api/page?hours=${hours}`);
scene.wait(1000);
for (const hours of [6, 1, 24, 48]) await timed(`content of ${hours} h, warm`, `/api/page?hours=${hours}`);

const browser = await launchBrowser();
for (let run = 1; run <= 5; run += 1) {
  scene.wait(1000);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let received = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    received += encodedDataLength;
  });
  await page.goto(scene.url);
  await page.waitForSelector('.chart canvas');
  const times = await page.evaluate<{ paint: number; ready: number }>(`({
    paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    ready: performance.getEntriesByType('resource').find(({ name }) => name.includes('/api/page?')).responseEnd,
  })`);
  const line = `first paint ${times.paint.toFixed(0)} ms, first data ${times.ready.toFixed(0)} ms, ${(received / 1000).toFixed(0)} kB over the wire`;
  if (run < 5) {
    console.log(line);
    await page.close();
    continue;
  }
  const next = async (what: string, ms: number) => {
    received = 0;
    scene.goOn(ms);
    await page.waitForTimeout(700);
    console.log(`${what}: ${(received / 1000).toFixed(1)} kB over the wire`);
  };
  await next('update with one scrape', 15_000);
  await next('update with one scrape', 15_000);
  await next('update with a cycle', 300_000 - 30_000);
}
await browser.close();
await scene.close();

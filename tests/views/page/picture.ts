/**
 * Makes docs/images/page.png again: `node tests/views/page/picture.ts`. The watch is made up, the page, its sentence, the
 * alerts and the gate are real.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { targetIdOf } from '../../../src/core/config/effective.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { gateSetup } from '../../../src/release/gate/setup.ts';
import { openRollout } from '../../../src/views/page/rollout-facts.ts';
import { launchBrowser, open } from './support/browser.ts';
import { openScene, type Scene } from './support/scene.ts';

const hour = 3_600_000;
const folder = process.argv[2] ?? fileURLToPath(new URL('../../../docs/images', import.meta.url));

/** 29 hours of watch: a slow release at night, two old incidents, a gap, a rollout that waits at 25 %. */
function scene(): Promise<Scene> {
  return openScene({
    hours: 29,
    incidents: [
      { kind: 'errors', fromMin: 1500, toMin: 1484 },
      { kind: 'missed', fromMin: 1110, toMin: 1065 },
      { kind: 'flip', fromMin: 400, toMin: 385 },
      { kind: 'halo', fromMin: 7.5, toMin: -60 },
    ],
    prepare({ history }, nowMs) {
      const deployedMs = nowMs - 5.2 * hour;
      history.recordDeployment({ timeMs: deployedMs, release: 'v2.4.1', who: 'ci' });
      history.recordDecision({
        id: 'first',
        timeMs: deployedMs + 0.3 * hour,
        from: 0,
        to: 25,
        verdict: 'pass',
        isTaken: true,
        deployedMs,
        release: 'v2.4.1',
        askedBy: 'ci',
        via: 'command',
        times: 1,
        lastMs: deployedMs + 0.3 * hour,
        body: {},
      });
    },
    source(_, { history }) {
      const config = validateConfig({ target: { orchestration: 'http://genesis' } }, 'the picture');
      return { rollout: openRollout(history, gateSetup(config, targetIdOf(config))) };
    },
  });
}

mkdirSync(folder, { recursive: true });
const shown = await scene();
const browser = await launchBrowser();
const { page } = await open(browser, `${shown.url}/?hours=6`, {
  viewport: { width: 1360, height: 1000 },
});
await page.waitForTimeout(300);
// Down to the end of the first row of charts.
const row = await page.locator('.chart').first().boundingBox();
const clip = { x: 0, y: 0, width: 1360, height: Math.round((row?.y ?? 0) + (row?.height ?? 0) + 12) };
await page.screenshot({ path: path.join(folder, 'page.png'), fullPage: true, clip });
console.log(await page.locator('#sentence').innerText(), '|', await page.locator('#next').innerText());
await browser.close();
await shown.close();

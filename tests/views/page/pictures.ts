/**
 * Makes a picture of each state of the page, to be looked at: `node tests/views/page/pictures.ts FOLDER [STATES] [LOOKS]`. Above the
 * fold and whole, at the width of a desktop and of a phone, dark, at 200 %, and where the focus is after some steps of the keyboard.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { launchBrowser, open, violations } from './support/browser.ts';
import { openScene } from './support/scene.ts';
import { states } from './support/states.ts';

const [folder = 'pictures', wantedStates, wantedLooks] = process.argv.slice(2);
const isWanted = (wanted: string | undefined, name: string) =>
  wanted === undefined || wanted === 'all' || wanted.split(',').includes(name);

const looks: Record<string, BrowserContextOptions> = {
  fold: { viewport: { width: 1280, height: 900 } },
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  '200': { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 },
  plain: { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false },
};

mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
for (const [name, { options, arrange, look: press }] of Object.entries(states)) {
  if (!isWanted(wantedStates, name)) continue;
  for (const [look, how] of Object.entries(looks)) {
    if (!isWanted(wantedLooks, look)) continue;
    const scene = await openScene({ sampleMs: 30_000, ...options });
    await arrange?.(scene);
    const { page, close } = await open(browser, `${scene.url}/`, how);
    const isAlive = look !== 'plain';
    if (isAlive) await press?.(page);
    if (isAlive && name === 'stale') {
      await scene.closePort();
      await page.waitForSelector('#stale:not([hidden])');
    }
    await page.waitForTimeout(300);
    const file = path.join(folder, `${name.replaceAll(/\W+/g, '-')}-${look}.png`);
    await page.screenshot({ path: file, fullPage: look !== 'fold' });
    if (isAlive) {
      const wide = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
      const found = [...(await violations(page)), ...(wide > 0 ? [`${wide} px too wide`] : [])];
      if (found.length > 0) console.log(`${name}, ${look}:\n${found.join('\n')}`);
    }
    await close();
    await scene.close();
  }
}
await browser.close();

import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { requireProgram } from '../../../support/programs.ts';

/**
 * What Chromium prepares for each window of a person: pages for its address bar, and a process for the next page. The
 * first three took a quarter of the processor's time. Playwright's own list, which this one replaces, is in it as far
 * as it keeps Chromium off the network or changes what is drawn.
 */
const unused = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'SpareRendererForSitePerProcess',
  'MediaRouter',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'PaintHolding',
];

/** Debian's Chromium at rest: nothing is asked of the network, and nothing needs a display. */
export const quietly = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${unused.join()}`,
];

/** Debian's Chromium, without a display and without asking anything of the network. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: requireProgram('chromium'),
    args: [...quietly, '--force-color-profile=srgb'],
  });
}

/** A page of the browser that remembers what went wrong in it. */
export interface Watched {
  page: Page;
  /** Errors on the console, uncaught ones, answers that failed, and requests to anywhere else. */
  wrong: string[];
  close(): Promise<void>;
}

/** Opens an address and waits until the content is there. */
export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text());
  });
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(url).origin)) wrong.push(`asked elsewhere: ${request.url()}`);
  });
  await page.goto(url);
  if (options.javaScriptEnabled !== false) {
    await page.waitForSelector('html[data-ready]');
    await page.waitForSelector('.chart canvas');
  }
  return { page, wrong, close: () => context.close() };
}

/** What axe finds against WCAG 2.2 A and AA, as text. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  // What passes is counted, and not described.
  const run = `axe.run(document, ${JSON.stringify({ runOnly: tags, resultTypes: ['violations'] })})`;
  const { violations: found } = await page.evaluate<axe.AxeResults>(run);
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
}

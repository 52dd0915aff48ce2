// @module-tag chromium

import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyProject, must } from '../package/install.ts';
import { launchBrowser } from '../views/page/support/browser.ts';
import { codeBlocks, documents, readDocument } from './markdown.ts';

/** Mermaid is 120 MB that nobody else needs; the one file that draws is fetched where it is used. GitHub draws with it too. */
const version = '12';
const drawer = 'package/dist/mermaid.min.js';
const pictures = documents.flatMap((file) =>
  codeBlocks(readDocument(file), 'mermaid').map((source, index) => ({
    name: `${file} ${index + 1}`,
    source,
  })),
);

let folder: string;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  folder = emptyProject();
  const packed = await must('npm', ['pack', '--silent', '--prefer-offline', `mermaid@${version}`], folder);
  await must('tar', ['-xzf', packed.trim(), drawer], folder);
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 900, height: 700 } });
  await page.addScriptTag({ path: path.join(folder, drawer) });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As much of the browser's document as is used here. */
interface Document {
  body: { innerHTML: string };
  querySelectorAll(selector: string): Iterable<{ textContent: string | null }>;
}

/** Draws as GitHub does, without scripts in labels; the texts that stand in the picture, or what is wrong. */
const draw = (source: string): Promise<{ texts: string[]; error?: string }> =>
  page.evaluate(async (text) => {
    const { mermaid } = globalThis as unknown as {
      mermaid: {
        initialize(options: object): void;
        render(id: string, text: string): Promise<{ svg: string }>;
      };
    };
    mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });
    try {
      const { svg } = await mermaid.render('picture', text);
      const { document } = globalThis as unknown as { document: Document };
      document.body.innerHTML = svg;
      const labels = document.querySelectorAll('.nodeLabel, .edgeLabel');
      return { texts: [...labels].map((label) => label.textContent?.trim() ?? '') };
    } catch (thrown) {
      return { texts: [], error: String(thrown) };
    }
  }, source);

test('there are pictures', () => expect(pictures.length).toBeGreaterThan(1));

test.each(pictures)(
  '$name is drawn by Mermaid, with every text that stands in it',
  async ({ name, source }) => {
    const { texts, error } = await draw(source);
    expect(error).toBeUndefined();
    for (const [, text] of source.matchAll(/"([^"]+)"/g)) expect.soft(texts).toContain(text);
    if (process.env.KEPT_PICTURES) {
      mkdirSync(process.env.KEPT_PICTURES, { recursive: true });
      const file = path.join(process.env.KEPT_PICTURES, `${name.replaceAll(/\W+/g, '-')}.png`);
      await page.screenshot({ path: file, fullPage: true });
    }
  },
);

test('a picture that GitHub could not draw is noticed', async () => {
  expect((await draw('flowchart TD\n  a["one" --> b')).error).toContain('Parse error');
});

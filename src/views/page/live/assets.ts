import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import serveStatic from '@fastify/static';
import escapeHtml from 'escape-html';
import type { FastifyInstance } from 'fastify';
import { html, unbroken } from '../../html-text.ts';
import type { Headline } from '../headline/headline.ts';
import type { PlainView } from '../view/plain.ts';

const folder = fileURLToPath(new URL('../assets/', import.meta.url));
const root = path.dirname(findPackageJSON(import.meta.url) ?? '');
/** In the repository only; the package has what it makes. */
const bundler = path.join(root, 'tools/bundle-page.ts');
const bundledNames = ['page.js', 'overview.js', 'theme.js', 'page.css'];

const typeOf = (name: string): string =>
  `text/${name.endsWith('.css') ? 'css' : 'javascript'}; charset=utf-8`;

interface BundledFile {
  text: string;
  tag: string;
}

async function makeBundle(): Promise<Map<string, BundledFile>> {
  const { bundlePage } = (await import(pathToFileURL(bundler).href)) as {
    bundlePage(root: string): Promise<{ files: Record<string, string> }>;
  };
  const { files } = await bundlePage(root);
  const tagOf = (text: string) => `"${createHash('sha256').update(text).digest('base64url')}"`;
  return new Map(Object.entries(files).map(([name, text]) => [name, { text, tag: tagOf(text) }]));
}

/** Made once for this process, when somebody first looks. */
let bundle: Promise<Map<string, BundledFile>> | undefined;

function serveBundle(app: FastifyInstance): void {
  for (const name of bundledNames)
    app.get(`/assets/${name}`, async (request, reply) => {
      bundle ??= makeBundle();
      const file = (await bundle).get(name);
      if (!file) throw new Error(`the bundle of the page has no ${name}`);
      reply.header('cache-control', 'no-cache').header('etag', file.tag);
      if (request.headers['if-none-match'] === file.tag) return reply.code(304).send();
      return reply.type(typeOf(name)).send(file.text);
    });
}

/** Serves the page's files below /assets/; nothing comes from elsewhere. */
export async function serveAssets(app: FastifyInstance): Promise<void> {
  const isBuilt = !existsSync(bundler);
  await app.register(serveStatic, {
    root: folder,
    prefix: '/assets/',
    // A route for each file that is there, and none for any other path.
    wildcard: false,
    globIgnore: isBuilt ? ['*.html'] : ['*.html', ...bundledNames],
    cacheControl: false,
    setHeaders: (reply, file) => {
      reply.header('cache-control', 'no-cache');
      if (file.endsWith('.js')) reply.type(typeOf(file));
    },
  });
  if (!isBuilt) serveBundle(app);
}

const readDocument = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

/** A document of the page below `root`, with the head that all share, and with `{{NAME}}` where values belong. */
export function readTemplate(name: 'index.html' | 'document.html' | 'overview.html', root = ''): string {
  const head = readDocument('head.html').trimEnd().replaceAll('{{ROOT}}', root);
  return readDocument(name).replace('{{HEAD}}', head);
}

const listOf = (lines: readonly string[]): string =>
  lines.length === 0 ? '<p>None.</p>' : `<ul>${lines.map((line) => `<li>${html(line)}</li>`).join('')}</ul>`;

/** The document with the sentence in it: it is read before any script has run, and without any. */
export function fillTemplate(
  template: string,
  name: string,
  headline: Headline,
  plain: PlainView,
  hours: number,
): string {
  const { level, lead, because, next, runbook, due, also } = headline;
  const values: Record<string, string> = {
    NAME: name,
    LEVEL: level,
    LEAD: lead,
    BECAUSE: because,
    NEXT: next ?? '',
    RUNBOOK: runbook ?? '',
    DUE: due ?? '',
    ALSO: also.join(' · '),
    HOURS: String(hours),
    NOW: plain.now,
  };
  const lists: Record<string, string> = { INCIDENTS: listOf(plain.incidents), CHECKS: listOf(plain.checks) };
  return template.replaceAll(
    /\{\{([A-Z]+)\}\}/g,
    (_, key: string) => lists[key] ?? escapeHtml(unbroken(values[key] ?? '')),
  );
}

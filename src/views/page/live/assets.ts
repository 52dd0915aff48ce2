import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import serveStatic, { type FastifyStaticOptions } from '@fastify/static';
import escapeHtml from 'escape-html';
import type { FastifyInstance } from 'fastify';
import { unbroken } from '../../html-text.ts';
import type { Headline } from '../headline/headline.ts';

const folder = fileURLToPath(new URL('../assets/', import.meta.url));

/** Serves the page's own files and those of libraries below /assets/; nothing comes from elsewhere. */
export async function serveAssets(app: FastifyInstance): Promise<void> {
  const options: Omit<FastifyStaticOptions, 'root'> = {
    cacheControl: false,
    setHeaders: (reply, file) => {
      reply.header('cache-control', 'no-cache');
      if (file.endsWith('.js')) reply.type('text/javascript; charset=utf-8');
    },
  };
  // A route for each file that is there, and none for any other path.
  const own = { root: folder, prefix: '/assets/', wildcard: false, globIgnore: ['*.html'] };
  await app.register(serveStatic, { ...options, ...own });
  for (const library of ['uplot', 'lit-html']) {
    const root = path.dirname(findPackageJSON(library, import.meta.url) ?? '');
    await app.register(serveStatic, {
      ...options,
      root,
      prefix: `/assets/${library}/`,
      decorateReply: false,
    });
  }
}

/** A document of the page, with `{{NAME}}` where values belong. */
export function readTemplate(name: 'index.html' | 'document.html'): string {
  return readFileSync(path.join(folder, name), 'utf8');
}

/** The document with the sentence in it: it is read before any script has run, and without any. */
export function fillTemplate(template: string, name: string, headline: Headline, hours: number): string {
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
  };
  return template.replaceAll(/\{\{([A-Z]+)\}\}/g, (_, key: string) =>
    escapeHtml(unbroken(values[key] ?? '')),
  );
}

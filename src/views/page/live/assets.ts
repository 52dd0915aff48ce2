import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import serveStatic from '@fastify/static';
import escapeHtml from 'escape-html';
import type { FastifyInstance } from 'fastify';
import { unbroken } from '../../html-text.ts';
import type { Headline } from '../headline/headline.ts';

const folder = fileURLToPath(new URL('../assets/', import.meta.url));

/** The files of libraries, by the names under which the page asks for them. */
const libraryFiles = {
  'uplot.js': 'uplot/dist/uPlot.iife.min.js',
  'uplot.css': 'uplot/dist/uPlot.min.css',
  'lit-html/lit-html.js': 'lit-html/lit-html.js',
  'lit-html/directive.js': 'lit-html/directive.js',
  'lit-html/directive-helpers.js': 'lit-html/directive-helpers.js',
  'lit-html/directives/repeat.js': 'lit-html/directives/repeat.js',
};

/** A file of an installed package, whatever the package exports. */
function libraryFile(name: string): { folder: string; file: string } {
  const [library = '', ...rest] = name.split('/');
  const manifest = findPackageJSON(library, import.meta.url);
  return { folder: path.dirname(manifest ?? ''), file: rest.join('/') };
}

/** Serves the page's own files and those of libraries below /assets/; nothing comes from elsewhere. */
export async function serveAssets(app: FastifyInstance): Promise<void> {
  await app.register(serveStatic, {
    root: folder,
    prefix: '/assets/',
    // A route for each file that is there, and none for any other path.
    wildcard: false,
    globIgnore: ['*.html'],
    cacheControl: false,
    setHeaders: (reply, file) => {
      reply.header('cache-control', 'no-cache');
      if (file.endsWith('.js')) reply.type('text/javascript; charset=utf-8');
    },
  });
  for (const [name, source] of Object.entries(libraryFiles)) {
    const { folder: library, file } = libraryFile(source);
    app.get(`/assets/${name}`, (_request, reply) => reply.sendFile(file, library));
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

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import serveStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const folder = fileURLToPath(new URL('../assets/', import.meta.url));

/** The files of the chart library, by the names under which the page asks for them. */
const chartFiles = {
  'uplot.js': 'uPlot.iife.min.js',
  'uplot.css': 'uPlot.min.css',
};

/** Serves the page's own files and those of the chart library below /assets/; nothing comes from elsewhere. */
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
  const library = path.dirname(createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'));
  for (const [name, file] of Object.entries(chartFiles))
    app.get(`/assets/${name}`, (_request, reply) => reply.sendFile(file, library));
}

/** A document of the page, with `{{NAME}}` where values belong. */
export function readTemplate(name: 'index.html' | 'document.html'): string {
  return readFileSync(path.join(folder, name), 'utf8');
}

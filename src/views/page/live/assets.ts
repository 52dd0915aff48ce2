import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

/** A file as it is sent. */
export interface Asset {
  type: string;
  /** As every browser takes it. It is all that is kept. */
  gzipped: Buffer;
  etag: string;
}

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const folder = fileURLToPath(new URL('../assets/', import.meta.url));

/** Bytes ready to be sent. */
export function assetOf(type: string, body: Buffer): Asset {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const zipped = gzipSync(body);
  const gzipped = Buffer.allocUnsafeSlow(zipped.length); // not from Node's pool: each would hold 64 kB of it
  zipped.copy(gzipped);
  return { type, gzipped, etag };
}

/** What was zipped, for the rare client that does not take it so. */
export const bodyOf = ({ gzipped }: Asset): Buffer => gunzipSync(gzipped);

/** The page's own files and those of the chart library, by name, read once; nothing comes from elsewhere. */
export function readAssets(): Map<string, Asset> {
  const library = path.dirname(createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'));
  const files = [
    ...readdirSync(folder).map((name) => [name, path.join(folder, name)] as const),
    ['uplot.js', path.join(library, 'uPlot.iife.min.js')] as const,
    ['uplot.css', path.join(library, 'uPlot.min.css')] as const,
  ];
  return new Map(
    files.flatMap(([name, file]) => {
      const type = types[path.extname(name)];
      return type ? [[name, assetOf(type, readFileSync(file))] as const] : [];
    }),
  );
}

/** A document of the page, with `{{NAME}}` where values belong. */
export function readTemplate(name: 'index.html' | 'document.html'): string {
  return readFileSync(path.join(folder, name), 'utf8');
}

// What a first request needs of Node: loading it takes longer than sending the request, and nothing of the suite can see it.
// Not node:http, which comes with http2: to import it by name loads Node's own fetch as well, and that would be seen.
import 'node:crypto';
import 'node:dns';
import 'node:http2';
import 'node:https';
import 'node:stream/web';
import 'node:tls';
import 'node:worker_threads';
import 'node:zlib';
import { installedVitestFile } from './installed-vitest.ts';

/** The suite sees the file that Vitest would have started. */
const entry = installedVitestFile(process.cwd(), 'dist/workers/forks.js');
process.argv[1] = entry;
await import(entry);

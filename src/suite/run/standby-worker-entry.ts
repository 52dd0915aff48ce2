import { installedVitestFile } from './installed-vitest.ts';

/** What a first request needs of Node; loading it takes longer than sending the request, and nothing of the suite can see it. */
for (const name of [
  'http',
  'https',
  'http2',
  'tls',
  'zlib',
  'crypto',
  'dns',
  'worker_threads',
  'stream/web',
]) {
  process.getBuiltinModule(name);
}

/** The suite sees the file that Vitest would have started. */
const entry = installedVitestFile(process.cwd(), 'dist/workers/forks.js');
process.argv[1] = entry;
await import(entry);

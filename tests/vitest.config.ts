import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';
import { EndOfRun } from './support/end-of-run.ts';
import { tags } from './support/needs.ts';

/** What changes its process, needs it for itself, or starts so much that the start of a process is nothing beside it. */
const alone = [
  'alerts/notify/{killed,outage}',
  'clients/{cpu,stores}',
  'core/config/environment',
  'core/files/*',
  'docs/{commands,commands-beside-stack,pictures,troubleshooting,worked-examples}',
  'drill/command',
  'fixtures/genesis/!(parts)',
  'health-tests/{on-demand,operations,slow-batches,small-target}',
  'history/{disk,kill,size}',
  'hostile/!(database|documents|other-names|prometheus-store|report-verdict|supply-chain)',
  'journeys/*',
  'monitor/loop/{endings,real-loop,simulated}',
  'monitor/telemetry/loop',
  'monitor/telemetry/shared-sdk',
  'package/*',
  'recorded/*',
  'release/gate/{command,three-probes,without-traffic}',
  'release/rollback/!(allowed|archive|decision|flag-file|journal|not-proven|shadow)',
  'scripts/*',
  'setup/doctor/command',
  'setup/init/*',
  'soak/*',
  'stack/*',
  'suite/{checks,harness}/*',
  'suite/probes/!(fitting-next)',
  'suite/run/!(suite-environment)',
  'suite/outcomes/bare-suites',
  'trial/*',
  'views/page/browser',
].map((pattern) => `tests/${pattern}.test.ts`);

/** The tests of Vigil itself; the root configuration holds nothing but the monitor's checks. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // As many as a usual CI machine has cores: the longest files start many processes each, and time out where four run at once.
    maxWorkers: 2,
    setupFiles: ['tests/property-seed.ts'],
    sequence: { sequencer: LongestFirst },
    tags,
    reporters: ['default', new EndOfRun()],
    // What the tests start is compiled once.
    env: { NODE_COMPILE_CACHE: path.join(tmpdir(), 'vigil-tests-compile-cache') },
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: alone, globalSetup: ['tests/support/once-a-run.ts'] },
      },
      {
        extends: true,
        test: { name: 'together', include: ['tests/**/*.test.ts'], exclude: alone, isolate: false },
      },
    ],
  },
});

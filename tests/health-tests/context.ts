import { catalogue } from '../../health-tests/catalogue.ts';
import type { SuiteFacts } from '../../health-tests/support/suite-facts.ts';
import { testTitle } from '../../src/core/catalogue/check-definition.ts';
import { thresholds } from '../../src/core/thresholds/thresholds.ts';
import type { RunContext } from '../../src/suite/run/context.ts';

/** A run on a target that declares nothing but itself. */
export const context = (more: Partial<RunContext> = {}): RunContext => ({
  cycleId: 'c1',
  targetId: 'http://target',
  target: { orchestration: 'http://target' },
  services: [],
  declared: ['orchestration'],
  thresholds: structuredClone(thresholds),
  metricsPrefix: 'genesis',
  reports: '/nowhere/reports',
  intervalMs: 300_000,
  timeoutMs: 120_000,
  liveWindowMs: 300_000,
  ...more,
});

/** The suite exactly as it should be. */
export const facts = (
  more: Partial<SuiteFacts> = {},
  settings: Partial<SuiteFacts['settings']> = {},
): SuiteFacts => ({
  collected: catalogue.map((check) => ({
    file: 'health-tests/x.test.ts',
    name: testTitle(check),
    mode: 'run',
  })),
  unreadable: [],
  namePattern: undefined,
  shard: undefined,
  settings: {
    reporters: ['junit', 'VigilReporter'],
    retry: 0,
    testTimeoutMs: 20_000,
    hookTimeoutMs: 20_000,
    passWithNoTests: false,
    dangerouslyIgnoreUnhandledErrors: false,
    bail: 0,
    shuffled: false,
    concurrent: false,
    junitFile: 'junit.xml',
    ...settings,
  },
  ...more,
});

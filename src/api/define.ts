import type { DeploymentsInput, VigilConfigInput } from '../core/index.ts';

/** The configuration as it is given; it is there for the types, by which an editor completes and checks every key. */
export function defineConfig<Config extends VigilConfigInput | DeploymentsInput>(config: Config): Config {
  return config;
}

/**
 * Vitest settings for a suite of checks: one worker, files in order, so that a check that measures is never disturbed by
 * another; no retries, because a check that passes at the second try is a lie. What is given here comes on top.
 */
export function healthTests<Test extends object>(test?: Test) {
  return {
    test: {
      name: 'health-tests',
      include: ['**/*.check.{ts,mts,js,mjs}'],
      pool: 'forks' as const,
      isolate: false,
      fileParallelism: false,
      maxWorkers: 1,
      retry: 0,
      bail: 0,
      allowOnly: false,
      passWithNoTests: false,
      fsModuleCache: false, // nothing is written beside the suite, which may lie in a read-only image
      testTimeout: 30_000,
      hookTimeout: 30_000,
      ...test,
    },
  };
}

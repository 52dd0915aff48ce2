import { expect, onTestFinished, test, vi } from 'vitest';
import { suiteEnvironment } from '../../../src/suite/run/suite-environment.ts';

test.for([
  ['/srv/compiled', '/srv/compiled'],
  ['', '/srv/reports/.compile-cache'],
])('with NODE_COMPILE_CACHE=%s the suite’s compiled code is kept in %s', ([given = '', kept]) => {
  vi.stubEnv('NODE_COMPILE_CACHE', given);
  onTestFinished(() => void vi.unstubAllEnvs());
  const options = {
    suite: { args: [], env: {} },
    compileCache: '/srv/reports/.compile-cache',
    home: undefined,
  };
  expect(suiteEnvironment(options, {}, {}).NODE_COMPILE_CACHE).toBe(kept);
});

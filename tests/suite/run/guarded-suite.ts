// Started by a test, which then kills this process: what it runs must not outlive it.

import { createRedactor } from '../../../src/core/text/redactor.ts';
import { runSuite } from '../../../src/suite/run/run-suite.ts';

const [, , root = '', ...command] = process.argv;
await runSuite({
  redactor: createRedactor(),
  suite: { ...(command.length > 0 && { command, junit: '-' }), args: [], env: {} },
  root,
  timeoutMs: 120_000,
  onStart: () => process.stdout.write('started\n'),
});

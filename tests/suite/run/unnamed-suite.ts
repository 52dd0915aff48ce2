// Started by a test: killed in the instant between the start of what it runs and naming it to the guard.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { openGuard } from '../../../src/suite/run/guard.ts';

const [, , file = '', script = ''] = process.argv;
const guard = openGuard();
spawn('sh', ['-c', script], {
  detached: true,
  stdio: 'ignore',
  env: { ...process.env, ...guard.mark },
}).unref();
while (!existsSync(file));
process.kill(process.pid, 'SIGKILL');

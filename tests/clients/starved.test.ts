import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { send } from '../../src/clients/http/http.ts';

/** A server of another process, which answers after so long. */
async function slowServer(afterMs: number): Promise<string> {
  const script = `const server = require('node:http').createServer((_request, response) => setTimeout(() => response.end('ok'), ${afterMs}));
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [port] = await once(child.stdout.setEncoding('utf8'), 'data');
  return `http://127.0.0.1:${String(port).trim()}/`;
}

/** Keeps this process from everything else, as a machine without CPU time does. */
function occupy(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

test('an answer that came while this process did not run is no answer too late', async () => {
  const url = await slowServer(300);
  const asked = send(url, { timeoutMs: 1000 });
  await sleep(100);
  // Before the timers have their turn, and not in it: then they would come after what was received.
  setImmediate(() => occupy(1500));
  expect((await asked).text).toBe('ok');
});

test('a limit is kept where this process runs', async () => {
  const url = await slowServer(60_000);
  const began = performance.now();
  await expect(send(url, { timeoutMs: 500 })).rejects.toThrow('no answer within 500 ms');
  expect(performance.now() - began).toBeGreaterThan(450);
});

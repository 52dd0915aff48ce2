import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../fixtures/range/spawn-server.ts';

const shop = fileURLToPath(new URL('shop/shop.ts', import.meta.url));
/** How long what keeps the instances waits before it starts one again. */
const backOffMs = 700;
/** Where what the shop runs stays compiled: a process that starts again and again costs less, and starts sooner. */
const compiled = path.join(tmpdir(), 'node-compile-cache');

/** One process of the shop, started again whenever it ends, as an orchestrator does. */
export async function openInstance(name: string, folder: string) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let isWanted = false;
  const run = () => {
    const one = spawn(process.execPath, [shop, String(port), folder, name], {
      stdio: 'ignore',
      env: { NODE_COMPILE_CACHE: compiled, ...process.env },
    });
    child = one;
    one.once('exit', async () => {
      await sleep(backOffMs);
      if (isWanted && child === one) run();
    });
  };
  const isUp = async () => {
    const signal = AbortSignal.timeout(500);
    return (await fetch(`${url}/healthz`, { signal }).catch(() => undefined))?.ok === true;
  };
  const stop = async () => {
    isWanted = false;
    const one = child;
    child = undefined;
    if (!one || one.exitCode !== null || one.signalCode !== null) return;
    one.kill('SIGKILL');
    await once(one, 'exit');
  };
  return {
    name,
    port,
    url,
    stop,
    /** Starts what lies in the folder now; whether it answers within the time. */
    async start(withinMs = 8000): Promise<boolean> {
      await stop();
      isWanted = true;
      run();
      for (const endMs = Date.now() + withinMs; Date.now() < endMs; await sleep(50))
        if (await isUp()) return true;
      return false;
    },
  };
}

export type Instance = Awaited<ReturnType<typeof openInstance>>;

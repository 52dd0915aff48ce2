import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { quantile } from '../src/core/index.ts';
import { endChild } from './support/end-child.ts';

const vigil = fileURLToPath(new URL('../bin/vigil.js', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'vigil-bench-'));
const args = [
  'monitor',
  '--loop',
  '--interval',
  '20s',
  '--port',
  '0',
  '--reports',
  path.join(folder, 'reports'),
];
const loop = spawn(process.execPath, [vigil, ...args], {
  cwd: folder,
  env: { ...process.env, VIGIL_TIMEOUT: '15s' },
  stdio: ['ignore', 'ignore', 'pipe'],
});

/** The address that the loop says it serves. */
async function served(): Promise<string> {
  let said = '';
  loop.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const url = /Serving (http:\S+);/.exec(said)?.[1];
    if (url) return url;
    await sleep(100);
  }
  throw new Error(`the loop does not serve: ${said}`);
}

try {
  const url = await served();
  const agent = new Agent({ connections: 4 });
  const times: number[] = [];
  const ask = async () => {
    const began = performance.now();
    const { body, statusCode } = await request(`${url}/metrics`, { dispatcher: agent });
    const text = await body.text();
    if (statusCode !== 200 || text.length < 1000) throw new Error(`/metrics answered ${statusCode}`);
    times.push(performance.now() - began);
  };
  await sleep(15_000); // the first cycle, after which there is something to show
  const asked: Promise<void>[] = [];
  for (let count = 0; count < 50 * 30; count += 1) {
    asked.push(ask());
    await sleep(20);
  }
  await Promise.all(asked);
  const at = (share: number) => `${quantile(times, share).toFixed(1)} ms`;
  process.stdout.write(
    `/metrics of the loop on the embedded target, 50 scrapes/s for 30 s in which one or two cycles ran: P50 ${at(0.5)}, P95 ${at(0.95)}, P99 ${at(0.99)}, slowest ${at(1)}, of ${times.length}.\n`,
  );
} finally {
  await endChild(loop);
  rmSync(folder, { recursive: true, force: true });
}

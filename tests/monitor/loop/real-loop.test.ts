import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseExposition } from '../../../src/clients/exposition/parse.ts';
import { openHistoryReader } from '../../../src/history/open-history.ts';
import { countsOf } from '../../history/counts.ts';
import { crowded, soonJudged } from '../../scripts/crowded.ts';
import { launchBrowser, open } from '../../views/page/support/browser.ts';

const vigil = fileURLToPath(new URL('../../../bin/vigil.js', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'vigil-loop-'));
const reports = path.join(folder, 'reports');
const children: ChildProcess[] = [];
writeFileSync(
  path.join(folder, 'vigil.config.json'),
  JSON.stringify({ thresholds: { ...crowded, ...soonJudged } }),
);

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a loop on the embedded target; resolves with its address. */
async function startLoop(): Promise<{ child: ChildProcess; url: string; said: () => string }> {
  const child = spawn(
    process.execPath,
    [vigil, 'monitor', '--loop', '--interval', '1h', '--port', '0', '--reports', reports],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  children.push(child);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const url = /Serving (http:\S+);/.exec(said)?.[1];
    if (url) return { child, url, said: () => said };
    if (child.exitCode !== null) break;
    await sleep(100);
  }
  throw new Error(`the loop did not serve: ${said}`);
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 900; attempt += 1) {
    if (await what()) return;
    await sleep(100);
  }
  throw new Error('it never came');
}

const get = async (url: string) => {
  const answer = await fetch(url);
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
};

describe('vigil monitor --loop', () => {
  let loop: Awaited<ReturnType<typeof startLoop>>;
  beforeAll(async () => {
    loop = await startLoop();
  });

  test('is ready when a first cycle has ended, and shows it as metrics, status and evidence', async () => {
    await until(async () => (await get(`${loop.url}/readyz`)).status === 200);
    expect((await get(`${loop.url}/healthz`)).status).toBe(200);
    const metrics = await get(`${loop.url}/metrics`);
    const names = parseExposition(metrics.text).families.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'genesis_test_pass_rate',
        'vigil_check_status',
        'vigil_last_cycle_timestamp_seconds',
      ]),
    );
    const status = JSON.parse((await get(`${loop.url}/api/status`)).text);
    expect(status.lastCycle.signals.passed).toBeGreaterThan(25);
    expect(status.values).toMatchObject({ uptime: 1, passRate: 1 });
    const evidence = JSON.parse((await get(`${loop.url}/api/evidence`)).text);
    expect(evidence.snapshots).toHaveLength(1);
    expect((await get(`${loop.url}/api/evidence?since=yesterday`)).status).toBe(400);
    await until(
      async () => JSON.parse((await get(`${loop.url}/api/status`)).text).sentinel.state === 'received',
    );
  });

  test('shows itself as a page: the sentence, 36 checks, charts, and no complaint of the browser', {
    tags: ['chromium'],
  }, async () => {
    const browser = await launchBrowser();
    try {
      const { page, wrong } = await open(browser, `${loop.url}/?hours=1`);
      await page.waitForSelector('.check[data-outcome=pass]');
      expect(await page.locator('.check').count()).toBe(36);
      expect(await page.locator('.check[data-outcome=skipped]').count()).toBe(4);
      // Whatever it came to on this machine, it says one thing to do, and is not blind to its own cycle.
      expect(await page.locator('#lead').innerText()).not.toBe('');
      expect(await page.locator('#because').innerText()).not.toContain('no cycle has ended');
      expect(await page.locator('#link').getAttribute('data-link')).toBe('live');
      expect(wrong).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test('refuses a second instance on the same reports, with the holder’s pid', async () => {
    const second = await execa(
      process.execPath,
      [vigil, 'monitor', '--loop', '--port', '0', '--reports', reports],
      {
        cwd: folder,
        reject: false,
      },
    );
    expect(second.exitCode).toBe(64);
    expect(second.stderr).toContain(`process ${loop.child.pid}`);
  });

  test('ends on SIGTERM, and leaves a history that reads well', async () => {
    const began = performance.now();
    loop.child.kill('SIGTERM');
    await once(loop.child, 'exit');
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(loop.child.signalCode).toBeNull();
    const reader = openHistoryReader({ file: path.join(reports, 'vigil.sqlite') });
    expect(countsOf(reader).cycles).toBe(1);
    // What another process, such as the gate, reads of this watch.
    expect(reader.loadState('watch', z.unknown())).toMatchObject({
      intervalMs: 3_600_000,
      url: loop.url,
      pid: loop.child.pid,
      targetId: reader.latestCycle()?.targetId,
    });
    expect(reader.loadState('sentinel', z.unknown())).toMatchObject({
      state: 'received',
      tookMs: expect.any(Number),
    });
    expect(reader.loadState('confirmation', z.unknown())).toEqual({ state: 'none' });
    reader.close();
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Kind, normalised, place, recorded, startVigil, transcript } from './place.ts';

/** The address under which the recorded target was watched. */
const recordedUrl = 'http://127.0.0.1:4480';
/** The next slot of the recorded schedule. */
const slotMs = Date.parse('2026-01-05T10:00:00Z');

/** The recorded target, with the counters that it had at the end. */
async function startTarget(): Promise<string> {
  const read = (name: string) => readFileSync(path.join(recorded, `${name}-metrics.txt`));
  const [target, node] = [read('target'), read('node')];
  const server = createServer(({ url }, response) => response.end(url?.startsWith('/node') ? node : target));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function rewrite(file: string, url: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(recordedUrl, url));
}

/** A copy of a recorded folder whose target is one that answers. */
async function placeBeside(kind: Kind): Promise<{ folder: string; url: string }> {
  const [folder, url] = [place(kind), await startTarget()];
  rewrite(path.join(folder, 'vigil.config.json'), url);
  if (kind === 'json') rewrite(path.join(folder, 'reports/metrics_snapshot.json'), url);
  else {
    const database = new DatabaseSync(path.join(folder, 'reports/vigil.sqlite'));
    database.prepare('UPDATE names SET text = ? WHERE text = ?').run(url, recordedUrl);
    database.prepare('UPDATE state SET json = replace(json, ?, ?)').run(recordedUrl, url);
    database.close();
  }
  return { folder, url };
}

/** How many rows a table of the folder's history holds. */
function count(folder: string, table: string): number {
  const database = new DatabaseSync(path.join(folder, 'reports/vigil.sqlite'), { readOnly: true });
  try {
    return Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count);
  } finally {
    database.close();
  }
}

const entries = (name: string, folder: string): unknown[] =>
  JSON.parse(readFileSync(path.join(folder, name), 'utf8'));

/** The keys of objects in one order: which comes first means nothing. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}

/** What is shown of Vigil's and Node's version. */
const withoutBuild = (text: string): string => text.replace(/(vigil_build_info\{).*(\} 1)/, '$1<build>$2');

/**
 * Waits until the loop's cycle and its sentinel are over and nothing more is written; returns the loop's address. What it
 * shows is not asked for meanwhile: an answer is kept for a tenth of a second, which never ends here.
 */
async function untilQuiet(folder: string, loop: ReturnType<typeof startVigil>): Promise<string> {
  let database: DatabaseSync | undefined;
  let version: unknown;
  let quietSince = performance.now();
  try {
    for (let attempt = 0; attempt < 600; attempt += 1) {
      await sleep(100);
      const own = /Serving (http:\S+);/.exec(loop.said())?.[1];
      if (own === undefined) continue;
      database ??= new DatabaseSync(path.join(folder, 'reports/vigil.sqlite'), { readOnly: true });
      const now = database.prepare('PRAGMA data_version').get()?.data_version;
      if (now !== version) quietSince = performance.now();
      version = now;
      const sentinel = database.prepare("SELECT json FROM state WHERE key = 'sentinel'").get()?.json;
      const isSent = String(sentinel).includes(String(slotMs));
      const isReady = (await fetch(`${own}/readyz`)).status === 200;
      if (isSent && isReady && performance.now() - quietSince > 1500) return own;
    }
  } finally {
    database?.close();
  }
  throw new Error(`it never came: ${loop.said()}`);
}

/** Past cycles name a check as it is called from now on; what was told of it stays as it was told. */
function byWholePath(cycles: Record<string, unknown>[]): unknown[] {
  const named = (ids: unknown) => (ids as string[] | undefined)?.map((id) => `shop › ${id}`);
  return cycles.map(({ failing, unknown, quarantined, ...rest }) =>
    failing === undefined
      ? rest
      : {
          ...rest,
          failing: named(failing),
          unknown: named(unknown),
          ...(quarantined !== undefined && { quarantined: named(quarantined) }),
        },
  );
}

const kinds = ['sqlite', 'json'] as const;
const expected = (kind: Kind, name: string) => path.join(recorded, 'expected', kind, name);

test.each(kinds)('%s: a loop that goes on there serves what it did', async (kind) => {
  const { folder, url } = await placeBeside(kind);
  const loop = startVigil(['monitor', '--loop', '--port', '0'], folder, slotMs);
  onTestFinished(() => void loop.child.kill('SIGKILL'));
  const own = await untilQuiet(folder, loop);
  const get = async (route: string) => (await fetch(own + route)).text();
  const shown = (text: string) =>
    normalised(withoutBuild(text), folder)
      .replaceAll(url, recordedUrl)
      .replaceAll(own, 'http://127.0.0.1:8002')
      // By the thresholds that there are.
      .replace(/"criteria": "[0-9a-f]{16}"/, '"criteria": "<criteria>"')
      .replace(/thresholds="[0-9a-f]{16}"/, 'thresholds="<thresholds>"')
      // Every start of the page has a random name.
      .replace(/"place": "[0-9a-f]+-/, '"place": "<start>-');
  await expect.soft(shown(await get('/metrics'))).toMatchFileSnapshot(expected(kind, 'metrics.txt'));
  for (const route of ['status', 'alerts', 'evidence', 'gate?to=100', 'page']) {
    const text = JSON.stringify(inOrder(JSON.parse(await get(`/api/${route}`))), null, 2);
    const file = expected(kind, `api-${route.split('?')[0]}.json`);
    await expect.soft(`${shown(text)}\n`).toMatchFileSnapshot(file);
  }
  loop.child.kill('SIGTERM');
  await loop.ended;
  const snapshots = entries(`${kind}/metrics_snapshot.json`, recorded).length;
  expect(count(folder, 'cycles')).toBe(snapshots + 1);
  expect(entries('reports/metrics_snapshot.json', folder)).toHaveLength(snapshots + 1);
});

test('a folder of JSON files is taken into a history that is opened there, cycle for cycle', async () => {
  const folder = place('json');
  const { code } = await startVigil(['gate', '--to', '10', '--dry-run'], folder, slotMs).ended;
  expect(code).toBe(1);
  expect([count(folder, 'cycles'), count(folder, 'violations')]).toEqual([
    entries('json/metrics_snapshot.json', recorded).length,
    entries('json/alerts_triggered.json', recorded).length,
  ]);
});

test.each(kinds)('%s: a single cycle says and leaves what it did', async (kind) => {
  const { folder, url } = await placeBeside(kind);
  const args = ['monitor', '--json'];
  const ended = await startVigil(args, folder, slotMs).ended;
  const shown = (text: string) => normalised(text, folder).replaceAll(url, recordedUrl);
  await expect
    .soft(shown(transcript(args, ended, folder)))
    .toMatchFileSnapshot(expected(kind, 'monitor.txt'));
  for (const name of ['metrics_snapshot.json', 'alerts_triggered.json']) {
    const [all, before] = [entries(`reports/${name}`, folder), entries(`${kind}/${name}`, recorded)];
    const known = byWholePath(JSON.parse(JSON.stringify(before).replaceAll(recordedUrl, url)));
    expect(all.slice(0, before.length)).toEqual(known);
    const added = JSON.stringify(all.slice(before.length), null, 2);
    await expect.soft(`${shown(added)}\n`).toMatchFileSnapshot(expected(kind, `monitor.${name}`));
  }
});

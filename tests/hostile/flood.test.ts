import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Server, serve } from '../../src/monitor/loop/serve.ts';
import { openLive } from '../../src/views/page/live/live.ts';
import { windows } from '../../src/views/page/series/window.ts';
import { nothing, openScene, type Scene } from '../views/page/support/scene.ts';

let scene: Scene;
let server: Server;
const made = { metrics: 0, status: 0, alerts: 0, evidence: 0 };

beforeAll(async () => {
  scene = await openScene({ hours: 1 });
  const counting = (name: keyof typeof made) => () => {
    made[name] += 1;
    return { made: made[name] };
  };
  const served = {
    ...nothing,
    metrics: () => JSON.stringify(counting('metrics')()),
    status: counting('status'),
    alerts: counting('alerts'),
    evidence: counting('evidence'),
  };
  server = await serve(served, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  await scene.close();
});

/** The status of each of `count` requests, `abreast` at a time. */
async function flood(url: string, count: number, abreast: number): Promise<number[]> {
  const statuses: number[] = [];
  const one = async () => {
    while (statuses.length < count) {
      const answer = await fetch(url);
      await answer.arrayBuffer();
      statuses.push(answer.status);
    }
  };
  await Promise.all(Array.from({ length: abreast }, one));
  return statuses;
}

test.each(['metrics', 'status', 'alerts'] as const)(
  'a flood on %s is never refused, and makes the answer at most ten times a second',
  async (name) => {
    const began = performance.now();
    const statuses = await flood(`${server.url}${name === 'metrics' ? '' : '/api'}/${name}`, 400, 50);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(made[name]).toBeLessThanOrEqual((performance.now() - began) / 100 + 1);
  },
);

test('an answer is never older than a tenth of a second', async () => {
  const read = async () => JSON.parse(await (await fetch(`${server.url}/metrics`)).text()).made;
  const before = await read();
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(await read()).toBeGreaterThan(before);
});

test('the evidence is read so many times a minute, from however many addresses it is asked, and nothing else suffers', async () => {
  const from = async (localAddress: string) => {
    const asked = request(`${server.url}/api/evidence?since=0`, { localAddress });
    asked.end();
    const [answer] = await once(asked, 'response');
    answer.resume();
    await once(answer, 'end');
    return answer.statusCode;
  };
  const statuses: number[] = [];
  for (let asked = 0; asked < 150; asked += 1) statuses.push(await from(`127.0.0.${2 + (asked % 100)}`));
  expect(statuses.slice(0, 120)).toEqual(Array(120).fill(200));
  expect(statuses.slice(120)).toEqual(Array(30).fill(429));
  expect(made.evidence).toBe(120);
  const refused = await fetch(`${server.url}/api/evidence`);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
  for (const path of ['/metrics', '/healthz', '/api/status'])
    expect((await fetch(server.url + path)).status).toBe(200);
});

test('the content of a window is made once for all who ask within a second, and a failure is tried again', async () => {
  const { source } = scene;
  let reads = 0;
  let isBroken = true;
  const history = Object.create(source.history, {
    points: {
      value(...given: Parameters<typeof source.history.points>) {
        reads += 1;
        if (isBroken) throw new Error('disk I/O error');
        return source.history.points(...given);
      },
    },
  });
  const live = openLive({ ...source, history }, scene.nowMs);
  const [first, second] = windows;
  if (!first || !second) throw new Error('no windows');
  await expect(live.answer(first)).rejects.toThrow('disk I/O error');
  isBroken = false;
  reads = 0;
  const answers = await Promise.all(Array.from({ length: 100 }, () => live.answer(first)));
  expect(new Set(answers).size).toBe(1);
  await live.answer(second);
  expect(reads).toBe(2);
  scene.goOn(15_000);
  expect(await live.answer(first)).not.toBe(answers[0]);
  expect(reads).toBe(3);
});

test('the page is read again and again with all its files, and no answer is a refusal', async () => {
  const html = await (await fetch(scene.url)).text();
  const files = [...html.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map(([, file]) => `/${file}`);
  expect(files).toEqual(
    expect.arrayContaining([expect.stringMatching(/\.js/), expect.stringMatching(/\.css/)]),
  );
  for (let reload = 0; reload < 5; reload += 1) {
    const paths = ['/', ...files, '/api/page?hours=6'];
    const statuses = await Promise.all(
      paths.map(async (path) => {
        const answer = await fetch(scene.url + path);
        await answer.arrayBuffer();
        return answer.status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
  }
});

test('viewers beyond the most that there may be are told so, and the places of those who leave are free again', async () => {
  const attach = async () => {
    const asked = request(`${scene.url}/api/page/events`);
    asked.on('error', () => {});
    asked.end();
    const [answer] = await once(asked, 'response');
    return { asked, answer, status: answer.statusCode as number };
  };
  const viewers = await Promise.all(Array.from({ length: 60 }, attach));
  const there = viewers.filter(({ status }) => status === 200);
  expect(there).toHaveLength(40);
  expect(viewers.filter(({ status }) => status === 503)).toHaveLength(20);
  there[0]?.asked.destroy();
  await expect.poll(async () => (await attach()).status).toBe(200);
  for (const { asked } of viewers) asked.destroy();
});

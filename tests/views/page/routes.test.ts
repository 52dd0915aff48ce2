import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { catalogue } from '../../../health-tests/catalogue.ts';
import { runbookOf } from '../../../src/core/catalogue/check-definition.ts';
import { serve } from '../../../src/monitor/loop/serve.ts';
import { openPage } from '../../../src/views/page/live/routes.ts';
import { renderMarkdown } from '../../../src/views/page/live/runbooks.ts';
import type { OpenedCheck } from '../../../src/views/page/view/check-history.ts';
import { bundlePage } from '../../../tools/bundle-page.ts';
import { nothing, openScene, openSlowScene, type Scene, token } from './support/scene.ts';

const minute = 60_000;

let scene: Scene;
beforeAll(async () => {
  scene = await openSlowScene(9);
});
afterAll(() => scene?.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${scene.url}${path}`, { headers });

/** The status for a browser that has a file under this tag; `fetch` would add that it wants it anew. */
function statusWithTag(path: string, tag: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${scene.url}${path}`, { headers: { 'if-none-match': tag } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject).end();
  });
}

interface Content {
  set: Record<string, unknown>;
  isWhole: boolean;
  place: string;
  series: { hours: number; timesMs: number[]; columns: Record<string, unknown[]> };
}
const content = async (path: string) => (await (await get(path)).json()) as Content;

describe('the port', () => {
  test('sends the sentence in the document itself, for who has no script', async () => {
    const answer = await get('/');
    const text = (await answer.text()).replaceAll('\u00a0', ' ');
    expect(text).toMatch(/<strong id="lead">(Hold|Roll back now)<\/strong>/);
    expect(text).toMatch(/<span id="because">[^<]*\d+ ms|<span id="because">[^<]*%/);
    expect(text).toMatch(/<noscript>[\s\S]*P95 latency 412 ms \(limit 200 ms\)[\s\S]*<\/noscript>/);
    expect(text).not.toContain('{{');
    expect(text).not.toContain('all deployments');
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('has nothing inline in any document, and asks for nothing elsewhere', async () => {
    for (const path of ['/', '/docs/incident-response.md']) {
      const text = await (await get(path)).text();
      expect(text).not.toMatch(
        /<script(?![^>]*\bsrc="(?:\.\.\/)?assets\/)|<style|\bstyle=|\son\w+=|javascript:/i,
      );
      const addresses = [...text.matchAll(/<(?:script|link|img)[^>]*(?:src|href)="([^"]*)"/g)].map(
        ([, to]) => to,
      );
      expect(addresses.filter((to) => !/^(?:\.\.\/)?(assets\/|api\/page\?)/.test(to ?? ''))).toEqual([]);
    }
  });

  test('sends its files with a tag, and not again to who has them', async () => {
    for (const [name, type] of [
      ['page.js', 'text/javascript'],
      ['page.css', 'text/css'],
      ['overview.js', 'text/javascript'],
      ['theme.js', 'text/javascript'],
      ['icon.svg', 'image/svg+xml'],
    ] as const) {
      const first = await get(`/assets/${name}`);
      expect(first.status).toBe(200);
      expect(first.headers.get('content-type')).toContain(type);
      expect(first.headers.get('cache-control')).toBe('no-cache');
      expect(await statusWithTag(`/assets/${name}`, first.headers.get('etag') ?? '')).toBe(304);
    }
    for (const name of [
      'index.html',
      '..%2Flive%2Froutes.ts',
      'nothing.js',
      '%00',
      'page.ts',
      '..%2Fbrowser%2Fpage.ts',
    ]) {
      expect((await get(`/assets/${name}`)).status).toBe(404);
    }
  });

  test.each(['identity', 'gzip'])('sends the bytes of its files to who takes %s', async (encoding) => {
    const icon = new URL('../../../src/views/page/assets/icon.svg', import.meta.url);
    const files: Record<string, string> = {
      ...(await bundlePage(process.cwd())).files,
      'icon.svg': readFileSync(icon, 'utf8'),
    };
    for (const name of ['page.js', 'page.css', 'icon.svg']) {
      const answer = await get(`/assets/${name}`, { 'accept-encoding': encoding });
      expect(answer.headers.get('content-encoding')).toBe(encoding === 'gzip' ? 'gzip' : null);
      expect(await answer.text()).toBe(files[name]);
    }
  });

  test('is at most 60 kB compressed, with all that its document loads before the first data', async () => {
    const document = await (await get('/')).text();
    const names = [...document.matchAll(/<(?:script|link)[^>]*(?:src|href)="(assets\/[^"]*)"/g)];
    expect(names.map(([, name]) => name)).toContain('assets/page.js');
    const texts = await Promise.all(names.map(async ([, name]) => (await get(`/${name}`)).text()));
    const bytes = [document, ...texts].reduce((sum, text) => sum + gzipSync(text).length, 0);
    expect(bytes).toBeLessThanOrEqual(60_000);
  });

  test('answers every runbook that an alert or a check links to, with its heading', async () => {
    const body = await content('/api/page');
    const alerts = Object.entries(body.set as Record<string, { runbook: string }>).filter(([key]) =>
      key.startsWith('alert/'),
    );
    expect(alerts.length).toBeGreaterThan(3);
    const rollbacks = ['rollbackstarted', 'rollbackfailed'].map(
      (name) => `docs/rollback-procedures.md#${name}`,
    );
    const links = [...alerts.map(([, { runbook }]) => runbook), ...catalogue.map(runbookOf), ...rollbacks];
    const documents = new Map<string, string>();
    for (const link of links) {
      const [file = '', anchor = ''] = link.split('#');
      const text = documents.get(file) ?? (await (await get(`/${file}`)).text());
      documents.set(file, text);
      expect.soft(text.includes(`id="${anchor}"`), link).toBe(true);
    }
    expect(await (await get('/')).text()).toMatch(/<a id="runbook" href="docs\/incident-response\.md#\w+">/);
    expect((await get('/docs/..%2Fpackage.json')).status).toBe(404);
    expect((await get('/docs/nothing.md')).status).toBe(404);
  });

  test('tells all of a check that is opened: its cycles, its turns, its whole message, where it stands', async () => {
    const body = (await (await get('/api/page/check?id=C07&hours=1')).json()) as OpenedCheck;
    expect(body).toMatchObject({
      id: 'C07',
      message: expect.stringContaining('live P95 latency 412 ms'),
      place: { file: 'health-tests/monitoring.test.ts', line: expect.any(Number) },
    });
    expect(body.firstFailedMs).toBeGreaterThan(body.lastPassedMs ?? Number.POSITIVE_INFINITY);
    expect(body.cycles[0]).toEqual([expect.any(Number), 'fail', 0.412, 0.2]);
    expect(body.cycles.at(-1)?.[1]).toBe('pass');
    expect((await get('/api/page/check?id=C99')).status).toBe(404);
  });

  test('gives the lines of the time before the deployment to compare with, and says where none is recorded', async () => {
    const none = await get('/api/page/before?hours=1');
    expect([none.status, await none.text()]).toEqual([404, expect.stringContaining('vigil gate --deployed')]);
    const released = await openScene({
      hours: 2,
      sampleMs: 30_000,
      incidents: [{ kind: 'slow', fromMin: 30, toMin: -60 }],
      prepare: ({ history }, nowMs) =>
        history.recordDeployment({ timeMs: nowMs - 40 * minute, release: 'v2', who: 'ci' }),
    });
    onTestFinished(() => released.close());
    const before = (await (await fetch(`${released.url}/api/page/before?hours=1`)).json()) as {
      columns: { latencyP95: number[] };
    };
    expect(before).toMatchObject({ release: 'v2', deployedMs: released.nowMs() - 40 * minute });
    const now = (await (await fetch(`${released.url}/api/page?hours=1`)).json()) as Content;
    expect(before.columns.latencyP95).toHaveLength(now.series.timesMs.length);
    // The fault came after the deployment.
    expect(Math.max(...before.columns.latencyP95)).toBeLessThan(0.2);
    expect(Math.max(...(now.series.columns.latencyP95 as number[]))).toBeGreaterThan(0.4);
  });

  test('acknowledges and silences with the token, for its own page alone', async () => {
    const change = (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(`${scene.url}/api/alerts/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const taken = { alerts: ['H11'], by: 'ana' };
    expect((await change('acknowledge', taken, { authorization: '' })).status).toBe(401);
    expect((await change('acknowledge', taken, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await change('acknowledge', taken, { origin: 'http://elsewhere.example' })).status).toBe(403);
    expect((await change('acknowledge', taken, { 'content-type': 'text/plain' })).status).toBe(400);
    expect((await change('acknowledge', { ...taken, alerts: ['Nothing'] })).status).toBe(400);
    expect((await change('silence', { ...taken, for: 'x', reason: 'y' })).status).toBe(400);
    expect(scene.watch.history.acknowledgements(0, scene.nowMs())).toEqual([]);
    expect((await change('acknowledge', taken, { origin: scene.url })).status).toBe(200);
    expect(scene.watch.history.acknowledgements(0, scene.nowMs())).toMatchObject([{ who: 'ana' }]);
    expect(
      (await change('silence', { alerts: ['all'], by: 'ana', for: '1h', reason: 'mended' })).status,
    ).toBe(200);
    const [window] = scene.watch.history.maintenance(scene.nowMs(), scene.nowMs());
    expect(window).toMatchObject({ reason: 'mended', who: 'ana', toMs: scene.nowMs() + 3_600_000 });
  });

  test('lets no HTML of a document through', async () => {
    const html = await renderMarkdown(
      '# A <b>x</b>\n\n<script>1</script> \n\n![p](http://elsewhere/p.png) **bold**',
    );
    expect(html).not.toMatch(/<script|<img|<b>/);
    expect(html).toContain('<strong>bold</strong>');
  });

  test('sends the content of each window, at most 480 places, and refuses another', async () => {
    for (const hours of [1, 6, 24, 48]) {
      const { series, isWhole, place } = await content(`/api/page?hours=${hours}`);
      expect(series.hours).toBe(hours);
      expect(series.timesMs.length).toBeLessThanOrEqual(480);
      for (const column of Object.values(series.columns)) expect(column).toHaveLength(series.timesMs.length);
      expect(isWhole).toBe(true);
      expect(place).toMatch(/^[0-9a-f]{8}-\d+-\d+$/);
    }
    const refused = await get('/api/page?hours=5');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ detail: 'expected one of 1, 6, 24, 48, came 5' });
  });

  test('says that it is starting until there is a watch', async () => {
    const server = await serve(nothing, { host: '127.0.0.1', port: 0 }, [openPage().extension]);
    for (const path of ['/', '/api/page', '/api/page/events']) {
      const answer = await fetch(`${server.url}${path}`);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    await server.close();
  });
});

/** The events of a stream until `enough`. */
function events(
  path: string,
  headers: Record<string, string>,
  enough: (text: string) => boolean,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const asked = request(`${scene.url}${path}`, { headers }, (answer) => {
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (enough(text)) {
          asked.destroy();
          resolve(text);
        }
      });
    });
    asked.on('error', (error) => (enough(text) ? resolve(text) : reject(error)));
    asked.end();
  });
}

describe('the events', () => {
  const beat = (hours: number, headers: Record<string, string> = {}) =>
    events(`/api/page/events?hours=${hours}`, headers, (text) => /event: beat\ndata: .*\n\n/.test(text));
  const placeOf = (text: string) => JSON.parse(/event: beat\ndata: (.*)\n/.exec(text)?.[1] ?? '{}').place;

  test.each([1, 6])('name what is there to fetch of %i h, and say when that is other', async (hours) => {
    const before = await content(`/api/page?hours=${hours}`);
    const text = await beat(hours);
    expect(text).toMatch(/^retry: 2000\n\nevent: beat\n/);
    expect(placeOf(text)).toBe(before.place);
    scene.goOn(60_000);
    const later = placeOf(await beat(hours, { 'last-event-id': before.place }));
    expect(later).not.toBe(before.place);
    const after = await content(`/api/page?hours=${hours}`);
    expect(after.place).toBe(later);
    expect(after.series.timesMs.at(-1)).toBeGreaterThan(before.series.timesMs.at(-1) ?? 0);
  });

  test('go on to every viewer without being asked', async () => {
    const text = await events(
      '/api/page/events?hours=1',
      {},
      (sofar) => sofar.split('event: beat').length > 3,
    );
    expect(new Set(text.match(/"place":"[^"]+"/g)).size).toBe(1);
  });

  test('more than 40 viewers are refused, and one who leaves makes room', async () => {
    const held = Array.from({ length: 40 }, () => {
      const asked = request(`${scene.url}/api/page/events?hours=1`);
      const opened = new Promise<void>((resolve) =>
        asked.on('response', (answer) => {
          answer.resume();
          resolve();
        }),
      );
      asked.on('error', () => undefined);
      asked.end();
      return { asked, opened };
    });
    await Promise.all(held.map(({ opened }) => opened));
    expect((await get('/api/page/events?hours=1')).status).toBe(503);
    for (const { asked } of held) asked.destroy();
    await expect
      .poll(async () => {
        const answer = await get('/api/page/events?hours=1');
        await answer.body?.cancel();
        return answer.status;
      })
      .toBe(200);
  });
});

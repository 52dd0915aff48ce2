import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import { parseExposition } from '../../../src/clients/exposition/parse.ts';
import { findProgram } from '../../support/programs.ts';

const folder = new URL('../../../fixtures/exposition/', import.meta.url);
const twoTimes = 'two-timestamps.prom';
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8');
// Prometheus keeps both; here no times are kept.
const recorded = readdirSync(folder)
  .filter((name) => name !== twoTimes)
  .map(textOf);

/** What is looked for beside the recorded ones. */
const made = [
  'a{x=""} 1\n',
  'a 0x10\n',
  'a 1_000\n',
  'a{x="1",} 1\n',
  'a{x="1",x="2"} 1\n',
  '# TYPE j unknown\nj 1\n',
  '# HELP j a\\qb\nj 1\n',
  'a NaN\nb +Inf\nc -inf\nd Inf\ne nan\n',
  'a 1\r\n',
  'a 1 1.5\n',
  'h_bucket{le="x"} 1\n',
  'a 1\n# EOF\nb 2\n',
  'a 1 # {x="1"} 1\n',
  'a { x = "1" , } 1\n',
  'a 1e400\n',
  '# TYPE\na 1\n',
  '# TYPE a\na 1\n',
  '# TYPE a  counter\na 1\n',
  '# HELP a\na 1\n',
  'a +NaN\n',
  'a inf\nb -Infinity\n',
  '# TYPE 1a counter\na 1\n',
  '#HELP\na 1\n',
  '#\tTYPE\ta\tcounter\na 1\n',
  'a\n',
  'a 1\na 1\n',
  'a 1\na 2\n',
  'a{__name__="b"} 1\n',
  '# TYPE a counter extra\na 1\n',
  'a{b:c="1"} 1\n',
  'a{x="1\n2"} 1\n',
  '',
  '\n',
  'a 1\n# hi',
  'a 1\n# HELP a hi',
  "a{x='1'} 1\n",
  'a +1\nb .5\nc 5.\n',
  'a Infinity\nb +infinity\n',
  ' a 1\n',
  '  # TYPE a gauge\na 1\n',
  '  \na 1\n',
  'a 1 \n',
  'a\t1\n',
  'a{x="1"}1\n',
  'a{x="\\\\q"} 1\n',
  'a{,} 1\n',
  'a{,x="1"} 1\n',
  'a{x="1"',
  'a{x="1} 1\n',
];

/** Texts of which one character is another, the same in every run. */
function* mutated(): Generator<string> {
  const whole = '# HELP a_total one\n# TYPE a_total counter\na_total{x="1",y="b c"} 1.5 1000\nb 2\n';
  const others = ['"', '\\', '{', '}', ',', '\n', ' ', '#', '1', '='];
  for (let at = 0; at < whole.length; at += 1)
    yield whole.slice(0, at) + others[at % others.length] + whole.slice(at + 1);
}

/** The same numbers in every run. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

const words = {
  name: ['a', 'b_total', 'shop:orders', '_x', 'größe', 'h_bucket', 'q9'],
  label: ['x', 'code', 'le', 'quantile', '_y', 'job_name', 'a-b'],
  text: ['', '1', '+Inf', 'a b', 'ü', '\\\\', '\\"', '\\n', '\\t', '{,}', '#', "'"],
  value: ['1', '-0', '1e3', '.5', '5.', 'NaN', '+Inf', '-inf', '0x1p3', '1_0', '1e309', '', 'ten', '١'],
  blank: [' ', ' ', ' ', '  ', '\t', ''],
  time: ['', '', '', ' 1000', ' -5', ' 1.5', ' x', ' 99999999999999999999'],
  line: [
    '',
    '# hi',
    '# HELP a b\\n c',
    '# TYPE a counter',
    '# TYPE b_total histogram',
    '# EOF',
    '#TYPE',
    '\r',
  ],
};

/** Expositions of a few lines each, mostly sound, with one to three characters changed, left out or put in. */
function* generated(count: number): Generator<string> {
  const draw = sequence(42);
  const one = (from: readonly string[]) => from[draw(from.length)] ?? '';
  // What comes first in a list is usual, so that not all is refused.
  const usual = (from: readonly string[]) => (draw(6) > 0 ? (from[draw(2)] ?? '') : one(from));
  const line = () => {
    if (draw(4) === 0) return usual(words.line);
    const labels = Array.from(
      { length: draw(3) },
      (_, at) => `${usual(words.label)}${at}="${one(words.text)}"`,
    );
    const braces = labels.length > 0 ? `{${labels.join(one([',', ', ', ',']))}${one(['', '', ','])}}` : '';
    return `${usual(words.name)}${braces}${draw(9) > 0 ? ' ' : one(words.blank)}${usual(words.value)}${draw(4) > 0 ? '' : one(words.time)}`;
  };
  for (let made = 0; made < count; made += 1) {
    let text = `${Array.from({ length: 1 + draw(4) }, line).join('\n')}${draw(8) > 0 ? '\n' : ''}`;
    for (let changes = draw(3); changes > 0; changes -= 1) {
      const at = draw(text.length);
      text =
        text.slice(0, at) +
        one(['', '"', '\\', '{', '}', ',', '=', '\n', ' ', '#', '1', 'e', '_']) +
        text.slice(at + draw(2));
    }
    yield text;
  }
}

const texts = [...new Set([...recorded, ...made, ...mutated(), ...generated(250)])];

interface Scraped {
  isTaken: boolean;
  samples: string[];
}

const shown = (name: string, labels: Record<string, string>, value: number) => {
  const given = Object.entries(labels).filter(([, text]) => text !== '');
  return `${JSON.stringify([name, ...given.sort()])} ${value}`;
};

function ours(text: string): Scraped {
  try {
    const { families } = parseExposition(text);
    const samples = families.flatMap((family) =>
      family.samples.map(({ name, labels, value }) => shown(name, labels, value)),
    );
    return { isTaken: true, samples: samples.sort() };
  } catch {
    return { isTaken: false, samples: [] };
  }
}

/** What the real Prometheus takes of each text: one target each. */
async function prometheus(): Promise<Scraped[]> {
  const server = createServer(({ url }, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(texts[Number(url?.slice(1))]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const home = mkdtempSync(path.join(tmpdir(), 'vigil-prometheus-'));
  const jobs = texts.map(
    (_, index) =>
      `- {job_name: '${index}', metrics_path: '/${index}', honor_timestamps: false, static_configs: [{targets: ['127.0.0.1:${port}']}]}`,
  );
  const config = path.join(home, 'prometheus.yml');
  writeFileSync(config, `global: {scrape_interval: 1s}\nscrape_configs:\n${jobs.join('\n')}\n`);
  const own = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    findProgram('prometheus') ?? '',
    [`--config.file=${config}`, `--storage.tsdb.path=${home}/data`, `--web.listen-address=${own}`],
    { stdio: 'ignore' },
  );
  // biome-ignore lint/suspicious/noExplicitAny: what another program answers
  const get = async (route: string): Promise<any> => (await fetch(`http://${own}/api/v1/${route}`)).json();
  try {
    for (let attempt = 0; attempt < 120; attempt += 1) {
      await sleep(500);
      const targets = await get('targets').catch(() => undefined);
      const active: { labels: { job: string }; health: string }[] = targets?.data.activeTargets ?? [];
      if (active.length < texts.length || active.some(({ health }) => health === 'unknown')) continue;
      const health = new Map(active.map((target) => [target.labels.job, target.health]));
      const query = encodeURIComponent('{job=~".+",__name__!~"up|scrape_.*"}');
      const { data } = await get(`query?query=${query}`);
      const samples = Map.groupBy(
        data.result as { metric: Record<string, string>; value: [number, string] }[],
        ({ metric }) => metric.job,
      );
      return texts.map((_, index) => ({
        isTaken: health.get(String(index)) === 'up',
        samples: (samples.get(String(index)) ?? [])
          .map(({ metric: { job: _job, instance: _instance, __name__ = '', ...labels }, value: [, value] }) =>
            shown(__name__, labels, Number(value.replace('Inf', 'Infinity'))),
          )
          .sort(),
      }));
    }
    throw new Error('Prometheus did not scrape every target');
  } finally {
    child.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
    await new Promise((resolve) => child.once('exit', resolve));
    rmSync(home, { recursive: true, force: true });
  }
}

test('what Prometheus takes is taken sample by sample, and what it refuses is refused', {
  tags: ['prometheus'],
}, async () => {
  const theirs = await prometheus();
  const differing = texts.flatMap((text, index) => {
    const [own, other] = [ours(text), theirs[index]];
    return JSON.stringify(own) === JSON.stringify(other) ? [] : [{ text, own, other }];
  });
  expect(differing).toEqual([]);
  expect(theirs.filter(({ isTaken }) => isTaken).length).toBeGreaterThan(100);
  expect(theirs.filter(({ isTaken }) => !isTaken).length).toBeGreaterThan(100);
});

test('of two samples of one series the later one counts', () => {
  expect(ours(textOf(twoTimes))).toEqual({ isTaken: true, samples: [shown('a', {}, 2)] });
  expect(ours('a 2 2000\na 1 1000\n').samples).toEqual([shown('a', {}, 2)]);
});

test.each([
  ['{"shop.orders",region="eu"} 3\n', 'shop.orders', { region: 'eu' }],
  ['{"shop.orders"} 3\n', 'shop.orders', {}],
  ['orders{"service.name"="shop", region="eu"} 3\n', 'orders', { 'service.name': 'shop', region: 'eu' }],
  ['# TYPE "shop.orders" counter\n{"shop.orders"} 3\n', 'shop.orders', {}],
])('names of Prometheus 3 are read: %s', (text, name, labels) => {
  const [sample] = parseExposition(text).families.flatMap(({ samples }) => samples);
  expect([sample?.name, { ...sample?.labels }, sample?.value]).toEqual([name, labels, 3]);
});

// @module-tag prometheus
// @module-tag promtool

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeConnections } from '../../src/clients/http/http.ts';
import { VigilError } from '../../src/core/errors.ts';
import type { History } from '../../src/history/history.ts';
import { httpServer } from '../clients/servers.ts';
import {
  askedOf,
  eachSeries,
  greenSeries,
  liar,
  openLedger,
  type Said,
  type StoredSeries,
  startStore,
  valued,
} from './lying-store.ts';

const minute = 60_000;
const nowMs = Date.now();
let store: Awaited<ReturnType<typeof startStore>>;
let ledger: History;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  store = await startStore(greenSeries(nowMs), nowMs);
  closers.push(() => store.stop());
  const opened = openLedger(nowMs);
  closers.push(opened.close);
  ledger = opened.ledger;
}, 30_000);
afterAll(async () => {
  closeConnections();
  for (const close of closers) await close();
});

type Change = (query: string, said: Said) => unknown;

/** What the gate says of a store that lies so, or the refusal in its words; any other error fails the test. */
async function asked(change: Change): Promise<{ verdict: string; open: Record<string, string> }> {
  try {
    return await askedOf(await liar(store.url, change), ledger, nowMs);
  } catch (thrown) {
    if (!(thrown instanceof VigilError)) throw thrown;
    return { verdict: thrown.code, open: { answer: thrown.message } };
  }
}

const values = (of: RegExp, value: unknown): Change =>
  eachSeries(of, (series) => [valued(series, () => value)]);
const none = (of: RegExp): Change => eachSeries(of, () => []);
/** The watch as it describes itself, with other labels. */
const relabelled = (of: RegExp, labels: StoredSeries['metric']): Change =>
  eachSeries(of, (series) => [{ ...series, metric: { ...series.metric, ...labels } }]);
/** The same beside the one that is there. */
const joinedBy = (of: RegExp, labels: StoredSeries['metric']): Change =>
  eachSeries(of, (series) => [series, { ...series, metric: { ...series.metric, ...labels } }]);
const watchInfo = /over_time\(vigil_watch_info/;
const told =
  (more: object): Change =>
  (_query, said) => ({ ...said, ...more });
const result =
  (given: unknown): Change =>
  (_query, said) => ({ ...said, data: { ...said.data, result: given } });
const both =
  (...changes: Change[]): Change =>
  (query, said) => {
    for (const change of changes) change(query, said);
  };
const clock =
  (data: object): Change =>
  (query, said) =>
    query === 'time()' ? { ...said, data } : said;
/** A check, another one of the same as a replica would leave it. */
const twice = (of: RegExp, isIt: (series: StoredSeries) => boolean, other: unknown): Change =>
  eachSeries(of, (series) =>
    isIt(series)
      ? [
          { ...valued(series, () => other), metric: { ...series.metric, replica: 'a' } },
          { ...series, metric: { ...series.metric, replica: 'b' } },
        ]
      : [series],
  );
const isX03 = ({ metric }: StoredSeries) => metric.check === 'X03';
const hasFailed = (seconds: number) => seconds * 1000 < nowMs - 33 * minute;

test('an honest store passes, so that what follows is for its own reason', async () => {
  const { verdict, open } = await askedOf(store.url, ledger, nowMs);
  expect({ verdict, open }).toEqual({ verdict: 'pass', open: {} });
  expect((await asked((_query, said) => said)).verdict).toBe('pass');
});

describe('what a store tells without it being so opens nothing', () => {
  const figures = [
    'vigil_check_status',
    'vigil_cycle_problems',
    'vigil_last_cycle',
    'vigil_watch_interval',
    'vigil_catalogue',
    'sentinel_timestamp',
    'sentinel_travel',
    'sentinel_state',
    'genesis_errors',
    'genesis_operations',
    'bucket',
    '^up',
    'Watchdog',
    'deployment:up:probes',
  ];
  test.each(figures)('%s as null, endless, or not at all', async (name) => {
    const of = new RegExp(name);
    for (const value of [null, '+Inf']) {
      const { verdict } = await asked(values(of, value));
      expect([name, value, verdict]).not.toEqual([name, value, 'pass']);
    }
    const { verdict } = await asked(none(of));
    expect([name, 'none', verdict]).not.toEqual([name, 'none', 'pass']);
  });

  test.each<[string, Change, string, string]>([
    [
      'an answer with a warning',
      told({ warnings: ['store-1 is not reachable'] }),
      'TARGET_CONTRACT',
      'store-1 is not reachable',
    ],
    ['an answer that is partial', told({ isPartial: true }), 'TARGET_CONTRACT', 'partial'],
    ['no result', result(null), 'TARGET_CONTRACT', 'expected series'],
    ['a result of nothing', result([null]), 'TARGET_CONTRACT', 'an entry that is not a series'],
    ['labels that are none', result([{ metric: [1], value: [1, '1'] }]), 'TARGET_CONTRACT', 'not a series'],
    [
      'a clock that is not told',
      clock({ resultType: 'vector', result: [] }),
      'inconclusive',
      'tells no time',
    ],
    ['no time', clock({ resultType: 'scalar', result: [1, 'NaN'] }), 'inconclusive', 'tells no time'],
    [
      'a clock ahead',
      clock({ resultType: 'scalar', result: [1, String(nowMs / 1000 + 600)] }),
      'inconclusive',
      's ahead',
    ],
    [
      'rules judged in the future',
      values(/timestamp\(/, String(nowMs / 1000 + 600)),
      'inconclusive',
      'the alerts',
    ],
    [
      'the always firing alert of others',
      none(/deployment:up:probes/),
      'inconclusive',
      'no watch has judged the rules',
    ],
    [
      'another deployment in the same window, by the same Vigil',
      joinedBy(watchInfo, { target: 'http://other' }),
      'inconclusive',
      'the watch is on http://other',
    ],
    [
      'another deployment under the same address',
      relabelled(watchInfo, { name: 'Shop' }),
      'inconclusive',
      'which deployment?',
    ],
    [
      'checks that too few look at while the suite is being upgraded',
      both(values(/vigil_catalogue/, '37'), joinedBy(/vigil_suite_info/, { suite: 'bbbbbbbbbbbbbbbb' })),
      'inconclusive',
      'the suite is being upgraded',
    ],
    [
      'a check that was lost from the only suite there is',
      values(/vigil_catalogue/, '37'),
      'inconclusive',
      '1 checks of the catalogue are looked at by too few probes',
    ],
    [
      'a Vigil that judges by other thresholds',
      relabelled(watchInfo, { thresholds: 'other' }),
      'inconclusive',
      '1 of 1 watches judge by other thresholds',
    ],
    [
      'an earlier Vigil, which says neither',
      eachSeries(watchInfo, ({ metric: { name, thresholds, ...metric }, ...series }) => [
        { ...series, metric },
      ]),
      'inconclusive',
      'do not say by which',
    ],
    [
      'another release than the recorded one for ten minutes',
      eachSeries(/vigil_release_info/, (series) => [
        { ...series, values: series.values?.filter(([at]) => at * 1000 < nowMs - 10 * minute) ?? [] },
        {
          ...series,
          metric: { ...series.metric, release: 'v3' },
          values: series.values?.filter(([at]) => at * 1000 >= nowMs - 10 * minute) ?? [],
        },
      ]),
      'fail',
      'v3 in place of v2',
    ],
    [
      'a Vigil that never said whom it watches',
      none(/vigil_watch_info/),
      'inconclusive',
      'no watch has said',
    ],
    [
      'a check that failed and was taken out, with the catalogue',
      both(
        values(/vigil_catalogue/, '35'),
        eachSeries(/vigil_check_status/, (series) =>
          isX03(series)
            ? [{ ...valued(series, () => '0'), values: series.values?.filter(([at]) => hasFailed(at)) ?? [] }]
            : [series],
        ),
      ),
      'inconclusive',
      'no longer: X03',
    ],
    [
      'a check that failed and is skipped since',
      eachSeries(/vigil_check_status/, (series) =>
        isX03(series) ? [valued(series, (_, at) => (hasFailed(at) ? '0' : '3'))] : [series],
      ),
      'inconclusive',
      'no longer: X03',
    ],
    ['a check that passes and fails', twice(/vigil_check_status/, isX03, '0'), 'fail', 'X03: fails'],
    [
      'a cycle with and without problems',
      twice(/vigil_cycle_problems/, () => true, '1'),
      'fail',
      'proves nothing',
    ],
    [
      'a cycle that ended now and long ago',
      twice(/vigil_last_cycle/, () => true, String(nowMs / 1000 - 3000)),
      'inconclusive',
      'no cycle of this deployment has ended',
    ],
    [
      'points of another time',
      eachSeries(/./, (series) => [
        {
          ...series,
          ...(series.values && { values: series.values.map(([at, value]) => [at - 7200, value]) }),
        },
      ]),
      'inconclusive',
      '0 of 180 scrapes',
    ],
    ['an interval of a year', values(/vigil_watch_interval/, '31536000'), 'inconclusive', '1 green'],
    [
      'an interval of a millisecond',
      values(/vigil_watch_interval/, '0.001'),
      'TARGET_CONTRACT',
      'resolution',
    ],
  ])('%s', async (_, change, verdict, reason) => {
    const answer = await asked(change);
    expect(answer.verdict).toBe(verdict);
    expect(Object.values(answer.open).join('\n')).toContain(reason);
  });
});

test('who scrapes more often than the loop samples must have seen as much more', async () => {
  const every = async (scrapeMs: number) => (await askedOf(store.url, ledger, nowMs, scrapeMs)).open;
  expect(await every(15_000)).toEqual({});
  expect((await every(5000)).uptime).toContain('of 540 scrapes');
});

test('a store that redirects, answers without end or is no store gives no evidence', async () => {
  const endless = await httpServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = () => {
      while (response.write(' '.repeat(1 << 16)));
    };
    response.on('drain', more);
    more();
  });
  const redirecting = await httpServer((request, response) =>
    response.writeHead(307, { location: store.url + (request.url ?? '') }).end(),
  );
  const page = await httpServer((_request, response) => response.end('<html>all is well</html>'));
  for (const url of [endless, redirecting, page]) {
    const thrown = await askedOf(url, ledger, nowMs).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: expect.stringMatching(/^TARGET_/) });
  }
});

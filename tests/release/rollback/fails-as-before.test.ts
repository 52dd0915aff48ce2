// @module-tag git

import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { targetIdOf } from '../../../src/core/config/effective.ts';
import type { History } from '../../../src/history/history.ts';
import { cycle } from '../../history/cycle.ts';
import { takeStage } from '../gate/green.ts';
import { firing } from './firing.ts';
import { hooked } from './hooked-loop.ts';
import { useDeployments } from './small-deployment.ts';

const minute = 60_000;
const deployments = useDeployments();

const shop = {
  services: { shop: { url: 'http://127.0.0.1:9', metrics: '/metrics', traffic: 'prom-client' } },
  probes: [
    { type: 'http', id: 'checkout', url: '/checkout', method: 'POST' },
    { type: 'http', id: 'home', url: '/' },
  ],
};

/** An instance whose checkouts end with 503 from so many minutes after the deployment on, all of them; one without users has none. */
function sampled(
  history: History,
  name: string,
  release: [before: string, now: string],
  fails: number,
  hasUsers = true,
) {
  const deployedMs = history.deployments(0, Date.now()).at(-1)?.timeMs ?? 0;
  const labels = `job="shop",service="shop",instance="${name}"`;
  const answers = (status: number) =>
    `http_request_duration_seconds_count{${labels},method="POST",route="/checkout",status_code="${status}"}`;
  let [good, bad] = [100, 0];
  for (let timeMs = deployedMs - 20 * minute; timeMs <= Date.now(); timeMs += 15_000) {
    if (hasUsers && timeMs < deployedMs + fails * minute) good += 3;
    else if (hasUsers) bad += 3;
    const said = release[timeMs < deployedMs ? 0 : 1];
    history.recordSamples(timeMs, [
      { series: `up{${labels}}`, value: 1 },
      { series: answers(200), value: good },
      { series: answers(503), value: bad },
      { series: `vigil_instance_release{service="shop",instance="${name}",release="${said}"}`, value: 1 },
    ]);
  }
}

interface Fault {
  /** Minutes after the deployment from which on checkouts fail on the old and on the new instance. */
  old: number;
  new?: number;
  /** By which status the check fails. */
  status?: number;
  hasUsers?: boolean;
  /** When the stage was taken, in minutes after the deployment. */
  taken?: number;
  trigger?: string;
}

/** What the loop does half an hour after a deployment where half of the checks fail, the order by a status of the shop. */
async function found({
  old,
  new: own = old,
  status = 503,
  hasUsers,
  taken = 1,
  trigger = 'pass_rate',
}: Fault) {
  const small = deployments.deployment();
  const file = small.config('git', { automatic: 'shadow' });
  const { reports, rollback } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...shop, reports, rollback }));
  const loop = await hooked(file, Date.now() - 30 * minute);
  const { history, config } = loop;
  sampled(history, 'old-1', ['v1', 'v1'], old);
  sampled(history, 'new-1', ['v1', 'v2'], own, hasUsers);
  const deployedMs = history.deployments(0, Date.now()).at(-1)?.timeMs ?? 0;
  takeStage(history, 25, deployedMs + taken * minute, deployedMs);
  const targetId = targetIdOf(config);
  for (const at of [-40, 25, 28]) {
    const isFailing = at > 0;
    const answers = { name: 'answers of /checkout not as expected', unit: 'count', sample: 4 } as const;
    history.recordCycle(
      cycle(Date.now() + (at - 30) * minute, {
        targetId,
        outcomes: (['checkout', 'home'] as const).map((id) => {
          const fails = isFailing && id === 'checkout';
          return {
            id,
            title: id,
            group: 'probes',
            outcome: fails ? 'fail' : 'pass',
            executed: true,
            reason: fails ? `status ${status}, expected 200` : undefined,
            measurements: [
              {
                ...answers,
                value: fails ? 4 : 0,
                bound: { operator: '<=', value: 0 },
                note: fails ? `status ${status}, expected 200 (4 times)` : undefined,
              },
            ],
          };
        }),
      }),
    );
  }
  const state = firing({ labels: { alertname: 'RollbackRequired', trigger }, value: 0.5 });
  loop.open()(state);
  const told = { said: loop.said.at(-1), advice: loop.advice(trigger) };
  history.close();
  return told;
}

test('a check that fails as the release before does its users, before the deployment and since, calls for no rollback', async () => {
  const { said, advice } = await found({ old: -30 });
  const reason = /checkout fails as before: .* answered 503, and of the release before .* of POST \/checkout/;
  expect(said).toMatch(/^A rollback is due \(pass_rate\) and is not started: checkout fails/);
  expect(said).toMatch(reason);
  expect(advice).toMatch(/^a rollback would not help, as /);
  expect(advice).toMatch(reason);
});

test('one that began to fail with the deployment does, wherever else it fails, and so does one that fails by another status', async () => {
  for (const { said, advice } of [await found({ old: 1 }), await found({ old: -30, status: 500 })]) {
    expect(said).toMatch(/^Would have rolled back v2 now/);
    expect(advice).toMatch(/^roll back to the previous release: /);
  }
});

describe('what begins long after a change of the release, and fails on other instances as often, calls for none', () => {
  const because = /other instances fail as often: \d+ of \d+ operations in 5m, /;

  test.for([
    ['a check', { old: 20 }, /^checkout: /],
    ['errors', { old: 20, trigger: 'error_ratio' }, because],
    [
      'errors, before anybody reaches the release',
      { old: 20, hasUsers: false, trigger: 'error_ratio' },
      /no operations on v2/,
    ],
    ['a check, the release being well', { old: 20, new: 90 }, /0 of \d+ on v2/],
  ] as const)('%s', async ([, fault, words]) => {
    const { said, advice } = await found(fault);
    const reason = said?.replace(/^A rollback is due \(\w+\) and is not started: /, '');
    expect(reason).not.toBe(said);
    expect(reason).toMatch(words);
    expect(reason).toMatch(because);
    expect(advice).toMatch(/^a rollback would not help, as /);
  });

  test.for([
    ['that began with the deployment', { old: 1, trigger: 'error_ratio' }],
    ['that began with a stage', { old: 20, taken: 19, trigger: 'error_ratio' }],
    ['of the release alone', { old: 90, new: 20, trigger: 'error_ratio' }],
    ['of the release alone, met by a check', { old: 90, new: 20 }],
  ] as const)('a fault %s does', async ([, fault]) => {
    expect((await found(fault)).said).toMatch(/^Would have rolled back v2 now/);
  });
});

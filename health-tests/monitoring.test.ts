import {
  alertmanagerStatus,
  dashboardOf,
  dataSourceFault,
  grafanaHealth,
  prometheusReady,
  targetsUp,
} from '../src/clients/index.ts';
import { shownUrl } from '../src/core/index.ts';
import { readStage } from '../src/history/index.ts';
import { NOT_DECLARED } from '../src/suite/index.ts';
import { expect, patient, test, UnknownOutcome } from './fixtures.ts';
import { readAlertRoutes } from './support/alert-routes.ts';
import { alertmanagerFaults, severities } from './support/alertmanager-faults.ts';
import { exerciseBreaker } from './support/breaker.ts';
import { containerFaults } from './support/container-faults.ts';
import { observeFlag } from './support/flag-share.ts';
import { liveErrorRatio, liveP95 } from './support/live-judgement.ts';
import { memoryAfterBurst, memoryTrend, restartsSeen } from './support/memory.ts';
import { operationsMet } from './support/operation.ts';
import { alertingFaults, scrapeFaults } from './support/prometheus-faults.ts';
import { refuseSeveralInstances } from './support/several-instances.ts';
import { runSmoke } from './support/smoke.ts';
import { snapshotFaults } from './support/snapshot.ts';
import { refuseWithoutUsers, rejectedShare } from './support/watch-met.ts';

test('C01 Prometheus', async ({ config, measure }) => {
  const { url, jobs } = config.target.prometheus as NonNullable<typeof config.target.prometheus>;
  const ready = await prometheusReady(url);
  expect(measure.none('readiness faults', ready ? [] : [`${shownUrl(url)} is not ready`])).toMeetObjective();
  const targets = await targetsUp(url, jobs);
  const scraping = scrapeFaults(targets, Date.now(), config.liveWindowMs);
  expect(measure.none('targets not up', scraping, targets.length)).toMeetObjective();
  const alerting = await alertingFaults(url, config.declared.includes('alertmanager'));
  expect(measure.none('faults of the alerting', alerting)).toMeetObjective();
});

test('C02 Grafana', async ({ config, measure }) => {
  const { url, dashboard } = config.target.grafana as NonNullable<typeof config.target.grafana>;
  const { database } = await grafanaHealth(url);
  expect(
    measure.none('database faults', database === 'ok' ? [] : [`database is ${database}`]),
  ).toMeetObjective();
  const found = await dashboardOf(url, dashboard);
  expect(
    measure.none('dashboards missing', found ? [] : [`${dashboard} is not provisioned`]),
  ).toMeetObjective();
  const { panels = 0, dataSources = [] } = found ?? {};
  expect(
    measure(`panels of ${dashboard}`, panels, { unit: 'count', must: { operator: '>', value: 0 } }),
  ).toMeetObjective();
  const faults = await Promise.all(dataSources.map((uid) => dataSourceFault(url, uid)));
  const broken = faults.filter((fault) => fault !== undefined);
  expect(measure.none('data sources without an answer', broken, dataSources.length)).toMeetObjective();
});

test('C03 Alertmanager', async ({ config, measure }) => {
  const { url } = config.target.alertmanager as NonNullable<typeof config.target.alertmanager>;
  const { ready, config: yaml } = await alertmanagerStatus(url);
  expect(measure.none('readiness faults', ready ? [] : [`${shownUrl(url)} is not ready`])).toMeetObjective();
  const routes = await readAlertRoutes(yaml);
  const faults = await alertmanagerFaults(url, routes, new Date());
  expect(measure.none('alerts kept from whom they are for', faults, severities.length)).toMeetObjective();
});

test('C04 snapshot recorded', async ({ config, measure }) => {
  const { bytes, faults } = snapshotFaults(config);
  expect(measure.none('faults of the snapshot', faults)).toMeetObjective();
  expect(measure('snapshot', bytes, { unit: 'bytes', must: { operator: '>', value: 0 } })).toMeetObjective();
});

test('C05 pass-rate SLO', async ({ config, history, measure, skip }) => {
  const recorded = history.passRate(Date.now(), 48 * 3_600_000);
  if (recorded) {
    const note = `${recorded.cycles} recorded cycles`;
    expect(
      measure('pass rate', recorded.ratio, 'passRate.slo', { sample: recorded.judged, note }),
    ).toMeetObjective();
    return;
  }
  if (!config.target.smoke) skip(`${NOT_DECLARED}smoke, and no cycle is recorded yet`);
  const { passRate, total } = await runSmoke(config.target.smoke);
  const note = 'smoke suite, no cycle recorded yet';
  expect(measure('pass rate', passRate, 'passRate.slo', { sample: total, note })).toMeetObjective();
});

test('C06 error-rate SLO', patient, async ({ config, live, metrics, measure }) => {
  await refuseSeveralInstances(config, metrics);
  const judged = liveErrorRatio(config, 'errorRatio.slo');
  const window = await live.window(judged.judge);
  const rejected = rejectedShare(config, window, measure);
  if (rejected) expect(rejected.measurement).toMeetObjective();
  expect(judged.measured(window, measure)).toMeetObjective();
});

test('C07 P95 SLO', patient, async ({ config, live, metrics, measure }) => {
  await refuseSeveralInstances(config, metrics);
  const judged = liveP95(config, 'latencyP95.slo');
  const window = await live.window(judged.judge);
  refuseWithoutUsers(config, window);
  expect(judged.measured(window, measure)).toMeetObjective();
});

test('C08 feature flags', async ({ config, measure }) => {
  const { declared, observed, sample, pValue } = await observeFlag(config);
  const stage = readStage(config.reports, Date.now());
  if (stage) {
    const atMost = { unit: 'ratio', must: { operator: '<=', value: stage.percent / 100 } } as const;
    const note = `the gate has let ${stage.release} have ${stage.percent} %`;
    expect(measure('declared percentage', declared / 100, atMost, { note })).toMeetObjective();
  }
  measure('observed share', observed, { unit: 'ratio' }, { sample });
  const note = `declared ${declared} %, observed ${(observed * 100).toFixed(1)} % of ${sample}`;
  const consistent = { unit: 'ratio', must: { operator: '>=', value: 1e-4 } } as const;
  expect(measure('binomial test p', pValue, consistent, { note })).toMeetObjective();
});

test('C09 circuit breaker', async ({ target, measure }) => {
  const { faults, openAnswerSeconds, states } = await exerciseBreaker(target);
  expect(measure.none('breaker faults', faults, states.length)).toMeetObjective();
  expect(measure('open breaker answers', openAnswerSeconds, 'failFast.slo')).toMeetObjective();
});

test('C10 throughput', async ({ target, config, measure }) => {
  const floor = config.thresholds.throughput.slo?.value ?? 10;
  const { completed, offered, failed, seconds, probeDelayMs } = await target.offer(floor * 2, 3);
  const note = `${offered} offered over ${seconds.toFixed(1)} s, ${failed} failed`;
  const rate = measure('throughput', completed / seconds, 'throughput.slo', { sample: completed, note });
  if (rate.value < floor && probeDelayMs > 250) {
    throw new UnknownOutcome(
      `the probe itself was late by up to ${Math.round(probeDelayMs)} ms and could not offer enough`,
    );
  }
  expect(rate).toMeetObjective();
});

/** A deployment restarts a service once, and perhaps again for its settings; what goes on is a crash loop. */
const mostRestarts = { unit: 'count', must: { operator: '<=', value: 2 } } as const;

test('C11 no memory leak', async ({ target, metrics, history, config, measure }) => {
  const past = history.liveSamples();
  const restarts = measure('restarts in 2h', restartsSeen(past, Date.now()), mostRestarts, {
    sample: past.length,
  });
  expect(restarts).toMeetObjective();
  const trend = memoryTrend(past);
  if (trend) {
    const limit = { unit: 'bytesPerHour', must: { operator: '<', value: 64 * 1024 ** 2 } } as const;
    const note = `Mann–Kendall p = ${trend.pValue.toFixed(3)}`;
    expect(
      measure('memory trend', trend.bytesPerHour, limit, { sample: trend.points, note }),
    ).toMeetObjective();
  }
  const bursts = await memoryAfterBurst(target, metrics, config.thresholds.memoryGrowth.slo?.value ?? 0);
  const grown = bursts.map(({ service, bytesPerOperation, operations }) =>
    measure(`memory growth of ${service}`, bytesPerOperation, 'memoryGrowth.slo', { sample: operations }),
  );
  for (const growth of grown) expect.soft(growth).toMeetObjective();
});

test('C12 logs not oversized', async ({ logs, target, config, measure }) => {
  const sizes = await logs.sizes();
  const unreadable = sizes
    .filter(({ bytes }) => bytes === undefined)
    .map(({ file, reason }) => `${file}: ${reason}`);
  expect(measure.none('logs that can’t be read', unreadable, sizes.length)).toMeetObjective();
  const largest = sizes.toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0))[0];
  if (!largest) throw new Error(`no file matches ${config.target.logs?.join(', ')}`);
  expect(measure('largest log', largest.bytes ?? 0, 'logSize.slo', { note: largest.file })).toMeetObjective();
  const grown = await logs.growth();
  const perHour = (grown.bytes / grown.seconds) * 3600;
  const note = `${grown.seconds.toFixed(1)} s observed`;
  expect(measure('log growth', perHour, 'logGrowth.slo', { note })).toMeetObjective();
  // Every operation of this run leaves a line with each service; a run that sent none proves nothing about that.
  if (operationsMet().length === 0) return;
  const written = Math.min(sizes.length, target.services.length);
  const atLeast = { unit: 'count', must: { operator: '>=', value: written } } as const;
  expect(
    measure('logs that are written to', grown.grown, atLeast, { sample: sizes.length }),
  ).toMeetObjective();
});

test('C13 containers healthy', async ({ config, measure }) => {
  const { socket, names } = config.target.containers as NonNullable<typeof config.target.containers>;
  const faults = await containerFaults(socket, names);
  expect(measure.none('containers not healthy', faults, names.length)).toMeetObjective();
});

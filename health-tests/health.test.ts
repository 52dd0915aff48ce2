import { randomBytes } from 'node:crypto';
import { beforeAll } from 'vitest';
import { verifyManifest } from '../src/clients/index.ts';
import { median, messageOf } from '../src/core/index.ts';
import { expect, test, UnknownOutcome } from './fixtures.ts';
import { errorHandlingFaults } from './support/error-handling.ts';
import { graphFaults } from './support/graph-faults.ts';
import { growthBy, measureGrowth } from './support/growth.ts';
import { releaseFaults, serviceHealth } from './support/health-document.ts';
import { hostMeasurements } from './support/host-measurements.ts';
import { refuseStarvedProbe } from './support/latency.ts';
import { plans, wronglyJudged } from './support/plans.ts';
import { routingFaults } from './support/routing-faults.ts';
import { secrets, securityFaults } from './support/security.ts';
import { integrityFaults, settingFaults } from './support/suite-faults.ts';
import { secondsWaitedForSpans } from './support/trace-store.ts';

let groupStartedAt = Number.NaN;
beforeAll(() => {
  groupStartedAt = performance.now();
});

test('H01 critical components loaded', async ({ target, measure }) => {
  const found = await Promise.all(target.services.map(({ name, url }) => serviceHealth(name, url)));
  const faults = found.flatMap((service) => service.faults);
  expect(measure.none('components not loaded', faults, target.services.length * 6)).toMeetObjective();
  expect(measure.none('different releases', releaseFaults(found), found.length)).toMeetObjective();
});

test('H02 observability functional', async ({ target, metrics, traces, measure }) => {
  const counter = metrics.name('operations_total');
  const growth = await growthBy(
    () => metrics.sum(target.services[0].url, counter),
    async () => (await target.batch(20, 4, 10_000)).operations.filter(({ error }) => !error).length,
  );
  const { operation } = await target.completed();
  const spans = await traces.spansOf(operation.traceId, {
    enough: (found) => found.length > 0,
  });
  const atLeastOne = { unit: 'count', must: { operator: '>=', value: 1 } } as const;
  expect(measureGrowth(measure, counter, growth)).toMeetObjective();
  expect(measure('spans of the operation', spans.length, atLeastOne)).toMeetObjective();
});

test('H03 host resources adequate', async ({ host, measure }) => {
  const reading = await host();
  const { availableMemoryBytes, cores, disks } = reading;
  const fullest = disks.toSorted((a, b) => b.usedRatio - a.usedRatio)[0];
  const smallest = disks.toSorted((a, b) => a.availableBytes - b.availableBytes)[0];
  if (!fullest || !smallest) throw new Error('no disk was found on the host');
  const results = [
    measure('available memory', availableMemoryBytes, 'availableMemory.slo'),
    measure(`disk in use on ${fullest.mount}`, fullest.usedRatio, 'diskUsed.slo'),
    measure(`disk free on ${smallest.mount}`, smallest.availableBytes, 'diskFree.slo'),
    measure('cores', cores, 'cores.slo'),
    ...hostMeasurements(reading, measure),
  ];
  for (const result of results) expect.soft(result).toMeetObjective();
});

test('H04 release files present and intact', async ({ config, target, measure }) => {
  const { release, files, problems } = await verifyManifest(config.target.release?.manifest ?? '');
  const faults = problems.map(({ path, problem }) => `${path} ${problem}`);
  expect(
    measure(`files of release ${release}`, files, { unit: 'count', must: { operator: '>', value: 0 } }),
  ).toMeetObjective();
  expect(measure.none('files not as released', faults, files)).toMeetObjective();
  const running = await Promise.all(target.services.map(({ name, url }) => serviceHealth(name, url))).catch(
    (thrown) => {
      throw new UnknownOutcome(`which release runs can’t be seen: ${messageOf(thrown)}`);
    },
  );
  const others = running
    .filter(({ releaseId }) => releaseId !== undefined && releaseId !== release)
    .map(({ service, releaseId }) => `${service} still runs ${releaseId}, on disk is ${release}`);
  expect(measure.none('services of another release', others, running.length)).toMeetObjective();
});

test('H05 suite integrity', ({ config, facts, measure }) => {
  expect(
    measure.none('deviations from the catalogue', integrityFaults(facts, config), facts.collected.length),
  ).toMeetObjective();
});

test('H06 error handling', async ({ target, metrics, measure }) => {
  const errors = metrics.name('errors_total');
  let handled: Awaited<ReturnType<typeof errorHandlingFaults>> | undefined;
  const growth = await growthBy(
    () => metrics.sum(target.services[0].url, errors),
    async () => {
      handled = await errorHandlingFaults(target);
      return handled.sent;
    },
  );
  const { faults = [], sent = 0 } = handled ?? {};
  expect(measure.none('bad requests handled wrongly', faults, sent)).toMeetObjective();
  expect(measureGrowth(measure, errors, growth)).toMeetObjective();
});

test('H07 security utilities', async ({ target, traces, logs, config, measure }) => {
  const canary = randomBytes(12).toString('hex');
  const faults = await securityFaults({ target, canary, traces, logs, declared: config.declared });
  expect(measure.none('security faults', faults, secrets(canary).length + 2)).toMeetObjective();
});

test('H08 HTDAG decomposes', async ({ target, measure }) => {
  const request = {
    task: 'Prepare the quarterly report',
    requirements: ['collect the sales figures', 'analyse the regional trends', 'write the board summary'],
  };
  const { answer } = await target.completed(request);
  expect(
    measure('nodes in the graph', answer.graph.nodes.length, {
      unit: 'count',
      must: { operator: '>', value: 0 },
    }),
  ).toMeetObjective();
  const faults = [
    ...(answer.task === request.task ? [] : [`the answer is for “${answer.task}”, not “${request.task}”`]),
    ...graphFaults(answer.graph, request),
  ];
  expect(measure.none('faults of the graph', faults, answer.graph.nodes.length)).toMeetObjective();
});

test('H09 HALO routes', async ({ target, measure }) => {
  const agents = await target.agents();
  const { answer } = await target.completed();
  expect(
    measure('tasks routed', answer.routing.length, { unit: 'count', must: { operator: '>', value: 0 } }),
  ).toMeetObjective();
  expect(
    measure.none('tasks routed wrongly', routingFaults(answer, agents), answer.routing.length),
  ).toMeetObjective();
});

test('H10 AOP validates', async ({ target, measure }) => {
  const agents = await target.agents();
  const requirements = ['collect the incident data', 'write the summary'];
  const { answer } = await target.completed({ task: 'Prepare the weekly review', requirements });
  const cases = [...plans(agents), { what: 'the plan of a task', requirements, ...answer }];
  const faults = await Promise.all(cases.map((plan) => wronglyJudged(target, plan)));
  expect(measure.none('plans judged wrongly', faults.flat(), cases.length)).toMeetObjective();
});

test('H11 one operation within the SLO', async ({ target, measure }) => {
  const { operations, probeDelayMs } = await target.batch(5, 1, 15_000);
  const failed = operations.find(({ error }) => error !== undefined);
  if (failed) throw new Error(`an operation failed: ${failed.error}`);
  const seconds = operations.map(({ durationMs }) => durationMs / 1000);
  const latency = measure('median latency', median(seconds), 'latencyP95.slo', { sample: seconds.length });
  refuseStarvedProbe(latency, probeDelayMs);
  expect(latency).toMeetObjective();
});

test('H12 logging configured', async ({ target, logs, config, measure }) => {
  const { operation } = await target.completed();
  const limit = config.thresholds.logLag.slo?.value ?? 2;
  const isOwn = (line: Record<string, unknown>) => line.trace_id === operation.traceId;
  const found = await logs.line((line) => isOwn(line), limit * 1000);
  const missing = ['time', 'level', 'trace_id'].filter((key) => typeof found?.line[key] !== 'string');
  const lag = found ? found.delayMs / 1000 : Number.POSITIVE_INFINITY;
  expect(
    measure('log line delay', lag, 'logLag.slo', found ? {} : { note: `no line with ${operation.traceId}` }),
  ).toMeetObjective();
  expect(measure.none('fields missing from the line', missing)).toMeetObjective();
  const writers = await logs.writers(isOwn, target.services.length, limit * 1000);
  expect(
    measure(
      'services that logged the operation',
      writers.length,
      {
        unit: 'count',
        must: { operator: '>=', value: target.services.length },
      },
      { note: writers.join(', ') || undefined },
    ),
  ).toMeetObjective();
  const skew = Math.abs(Date.parse(String(found?.line.time)) - Date.now()) / 1000;
  expect(measure('clock difference', skew, 'clockSkew.slo')).toMeetObjective();
});

test('H13 runner configuration sane', ({ facts, config, measure }) => {
  expect(measure.none('unsafe settings', settingFaults(facts, config))).toMeetObjective();
});

test('H14 health group in time', ({ measure }) => {
  // An exporter sends its spans in batches, by default every 5 s: that wait is no slowness of a service.
  const waited = secondsWaitedForSpans();
  const seconds = (performance.now() - groupStartedAt) / 1000 - waited;
  const note = waited > 0.5 ? `without ${waited.toFixed(1)} s of waiting for spans` : undefined;
  expect(measure('health group', seconds, 'healthGroupDuration.slo', { note })).toMeetObjective();
});

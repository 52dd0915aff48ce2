import { randomUUID } from 'node:crypto';
import { catalogue } from '../../../../health-tests/catalogue.ts';
import { createOutboxTables } from '../../../../src/alerts/notify/outbox-tables.ts';
import { defaultNaming } from '../../../../src/alerts/signals/algebra/signal-naming.ts';
import { cycleSignals } from '../../../../src/alerts/signals/cycle-signals.ts';
import { createRedactor } from '../../../../src/core/text/redactor.ts';
import { thresholds } from '../../../../src/core/thresholds/thresholds.ts';
import type { History } from '../../../../src/history/history.ts';
import type { CycleRecord } from '../../../../src/monitor/cycle/cycle-record.ts';
import { recordedCycleOf } from '../../../../src/monitor/cycle/store-cycle.ts';
import { type Evaluator, openEvaluator } from '../../../../src/monitor/loop/evaluator.ts';
import { ownSamples } from '../../../../src/monitor/loop/watch-metrics.ts';
import type { StatusInput } from '../../../../src/monitor/loop/watch-status.ts';
import { addToTotals, cycleMetrics, type TestTotals } from '../../../../src/monitor/metrics/cycle-metrics.ts';
import { during, type Incident } from './incident.ts';
import { outcomesAt } from './outcomes.ts';
import { Traffic } from './traffic.ts';

export interface MadeWatch {
  history: History;
  evaluator: Evaluator;
  /** The watch goes on until this time, a scrape every 15 s and a cycle on its grid. */
  goOn(toMs: number): void;
  status(nowMs: number): StatusInput;
  lastTickMs(): number;
}

export interface Made {
  history: History;
  startMs: number;
  endMs: number;
  intervalMs?: number;
  sampleMs?: number;
  incidents?: readonly Incident[];
  /** Rules are evaluated around the incidents and from here on; before, only evidence is recorded. */
  evaluateFromMs?: number;
}

const target = { id: 'http://genesis', url: 'http://genesis', name: 'Genesis' };

/** One cycle as the runner would have left it. */
function cycleAt(atMs: number, incidents: readonly Incident[]): CycleRecord {
  const outcomes = outcomesAt(atMs, incidents);
  const signals = cycleSignals(outcomes);
  const verdict = signals.failed > 0 ? 'fail' : signals.unknown > 0 ? 'inconclusive' : 'pass';
  return {
    id: randomUUID(),
    startedAt: new Date(atMs),
    durationMs: 9100,
    target,
    verdict,
    outcomes,
    signals,
    values: {
      ...(signals.passRate !== undefined && { passRate: signals.passRate }),
      coverage: signals.coverage,
    },
    live: undefined,
    violations: [],
    problems: [],
    output: '',
    junitXml: undefined,
  };
}

/** Makes a watch with a past: evidence, cycles and alerts as the loop records them, on a deployment that is made up. */
export function makeWatch(given: Made): MadeWatch {
  const { history, startMs, intervalMs = 300_000, sampleMs = 15_000, incidents = [] } = given;
  createOutboxTables(history.database);
  const evaluator = openEvaluator({
    history,
    table: thresholds,
    naming: defaultNaming,
    catalogue,
    baseline: new Map(),
    maintenance: [],
    route: () => [],
    redactor: createRedactor(),
    url: 'http://127.0.0.1:8002',
    evaluationIntervalMs: sampleMs,
    cycleIntervalMs: intervalMs,
  });
  const traffic = new Traffic(startMs, incidents);
  let totals: TestTotals = { total: 0, passed: 0, failed: 0, skipped: 0 };
  let last: CycleRecord | undefined;
  let nextMs = startMs;
  let lastTickMs = startMs;
  history.beginGrid({ startMs, intervalMs });

  const isJudged = (atMs: number) =>
    atMs >= (given.evaluateFromMs ?? given.endMs) ||
    incidents.some(({ fromMs, toMs }) => atMs >= fromMs - 120_000 && atMs < toMs + 900_000);

  const one = (atMs: number) => {
    const isMissed = during(incidents, 'missed', atMs);
    lastTickMs = atMs;
    const isDue = (atMs - startMs) % intervalMs === 0;
    if (isMissed) {
      if (isDue) history.recordMissed([{ slotMs: atMs, reason: 'not running' }]);
      return;
    }
    let record: CycleRecord | undefined;
    if (isDue) {
      record = cycleAt(atMs, incidents);
      history.begin(atMs, record.id);
      history.recordCycle(recordedCycleOf(record, atMs));
      totals = addToTotals(totals, record.signals);
      last = record;
    }
    for (const { job, samples } of traffic.scrape(atMs))
      history.recordSamples(atMs, samples, isJudged(atMs) ? job : '');
    if (last) history.recordSamples(atMs, ownSamples(cycleMetrics('genesis', last, totals)));
    if (isJudged(atMs)) evaluator.evaluate(atMs, record?.outcomes);
  };
  const goOn = (toMs: number) => {
    while (nextMs <= toMs) {
      history.transaction(() => {
        for (let count = 0; count < 500 && nextMs <= toMs; count += 1, nextMs += sampleMs) one(nextMs);
      });
    }
  };
  goOn(given.endMs);

  return {
    history,
    evaluator,
    goOn,
    lastTickMs: () => lastTickMs,
    status: (nowMs) => ({
      nowMs,
      startedMs: startMs,
      intervalMs,
      last,
      values: evaluator.values(nowMs),
      coverage: history.coverage(nowMs - 48 * 3_600_000, nowMs),
      confirmation: { state: 'none' },
      sentinel: { state: 'received', atMs: nowMs - 900_000, tookMs: 412 },
      alerts: evaluator.state(),
      isKnown: () => false,
      pendingNotifications: 0,
      channels: {},
      warnings: [],
    }),
  };
}

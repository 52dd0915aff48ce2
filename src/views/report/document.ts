import { alertRules, namingOf } from '../../alerts/index.ts';
import { effectiveThresholds, headAt, type VigilConfig } from '../../core/index.ts';
import type {
  CycleReader,
  JournalReader,
  RowReader,
  SampleReader,
  StateReader,
  Verdict,
} from '../../history/index.ts';
import { alertsOf } from './alert-episodes.ts';
import { withBreaches } from './breaches.ts';
import { checksOf } from './checks.ts';
import { comparisonOf } from './comparison.ts';
import { curvesOf } from './curves.ts';
import { decisionsOf } from './decided.ts';
import { incidentsIn } from './incidents.ts';
import { mixedIn } from './mixed.ts';
import { objectivesOf } from './objectives.ts';
import { Queries } from './queries.ts';
import type { ReportDocument } from './report-schema.ts';
import { cycleTimesOf } from './resources.ts';
import { timelineOf } from './timeline.ts';
import { alertPathOf, consistencyOf } from './trust.ts';
import { conclude } from './verdict.ts';
import { watchedOf } from './watched.ts';
import { ofTargetText, releaseAt, reportWindowOf, scopeOf } from './window.ts';

/** What a report asks of the history. */
export type ReportedHistory = CycleReader & SampleReader & JournalReader & RowReader & StateReader;

/** Everything of a configuration that a report needs; `sentinelIntervalMs` is how often a sentinel travels the alert path. */
export function reportOptions(config: VigilConfig, nowMs: number) {
  return {
    name: config.name,
    table: effectiveThresholds(config),
    naming: namingOf(config),
    sentinelIntervalMs: config.sentinelInterval,
    nowMs,
  };
}

export interface ReportOptions extends ReturnType<typeof reportOptions> {
  /** Begin of the window; 48 hours before its end unless it, or `lengthMs`, is given. */
  sinceMs?: number;
  lengthMs?: number;
}

/** Asks the history everything that a report tells, as of one instant. */
export function buildReport(reader: ReportedHistory, options: ReportOptions): ReportDocument {
  return reader.atOneInstant(() => {
    const { name, table, naming, nowMs, sinceMs, lengthMs, sentinelIntervalMs } = options;
    const window = reportWindowOf(reader, { nowMs, sinceMs, lengthMs, liveWindowMs: naming.windowMs });
    const { fromMs, toMs } = window;
    const last = lastCycleOf(reader, toMs);
    const scope = scopeOf(window, last?.targetId);
    const queries = new Queries(reader, window);
    const watched = watchedOf(queries, reader, scope, nowMs);
    const curves = curvesOf(queries, scope, table, naming);
    const { objectives: averages, traffic } = objectivesOf(queries, reader, scope, { table, naming, curves });
    const alerts = alertsOf(queries, scope, reader.acknowledgements(fromMs, toMs));
    const objectives = withBreaches(averages, alerts.episodes, window);
    const checks = checksOf(queries, scope);
    const cycleTimes = cycleTimesOf(queries, scope);
    const decisions = decisionsOf(queries, reader, scope);
    const incidents = incidentsIn(queries, reader, {
      toMs,
      episodes: alerts.episodes,
      decisions,
      naming,
      causes: { reader, scope, rules: alertRules(table, naming) },
    });
    const release = releaseAt(reader.deployments(0, toMs));
    const mixed = mixedIn(reader, window, last?.targetId, release?.release);
    const ofTarget = ofTargetText(last?.targetId);
    const comparison = comparisonOf(queries, reader, scope, { release, ofTarget, table, naming });
    const known = { ...window, objectives, watched, alerts, incidents, checks, decisions, release, mixed };
    const sentinelMs = (table.sentinelAge.slo?.value ?? 0) * sentinelIntervalMs;
    const conclusion = conclude({
      ...known,
      comparison,
      leastCoverage: table.watchCoverage.slo?.value ?? 1,
      alertPath: alertPathOf(queries, watched.lastCycleMs.value, sentinelMs),
      consistency: consistencyOf(queries, scope, nowMs),
      lastVerdict: last && last.startedMs >= fromMs ? last.verdict : undefined,
    });
    return {
      ...headAt(nowMs),
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      verdict: conclusion.verdict,
      name,
      generatedMs: nowMs,
      ...window,
      // Whose cycles were counted.
      target: last?.targetId ?? null,
      release,
      conclusion,
      objectives,
      comparison,
      traffic,
      watched,
      incidents,
      /** When instances of one service said different releases. */
      mixed,
      alerts,
      timeline: timelineOf(reader, known),
      decisions,
      checks,
      curves,
      cycleTimes,
      appendix: queries.appendix,
    };
  });
}

/** The newest cycle that began before the end of the window. */
function lastCycleOf(reader: RowReader, toMs: number) {
  const [row] = reader.query(
    `SELECT text AS targetId, started_ms AS startedMs, verdict FROM cycles JOIN names ON names.id = target
WHERE started_ms < ${toMs} ORDER BY started_ms DESC, seq DESC LIMIT 1`,
  );
  return row as { targetId: string; startedMs: number; verdict: Verdict } | undefined;
}

import type { Facts, PageSource } from '../facts.ts';
import { headlineOf } from '../headline/headline.ts';
import { openAlerts } from '../open-alerts.ts';
import { checkViews } from './checks.ts';
import { resolvedViews } from './resolved.ts';
import { markViews, rollbackView, rolloutView } from './rollout.ts';
import { statViews } from './stats.ts';
import { openStrips } from './strips.ts';
import { coverageView, maintenanceView, watchView } from './watch.ts';

/** The page's content by key: `headline`, `stat/passRate`, `check/H01`, `strip/H01`, `alert/…`; each plain JSON. */
export type View = Map<string, unknown>;

/** Opens the view of a source's facts; what is expensive to read is remembered from one call to the next. */
export function openView(source: PageSource): (facts: Facts) => View {
  const strips = openStrips(source.history);
  return (facts) => {
    const { nowMs } = facts;
    const checks = checkViews(facts);
    const { latencyP95, errorRatio, passRate, htdagMean, haloMean, aopMean } = source.table;
    const { memoryUsed, cpuUsed, diskUsed } = source.table;
    const alerts = openAlerts(facts).filter(({ status }) => status !== 'resolved');
    return new Map<string, unknown>([
      ['meta', { name: source.name, checks: checks.map(({ definition }) => definition.id) }],
      [
        'limits',
        { latencyP95, errorRatio, passRate, htdagMean, haloMean, aopMean, memoryUsed, cpuUsed, diskUsed },
      ],
      ['headline', headlineOf(facts)],
      ['watch', watchView(facts)],
      ...Object.entries(statViews(facts)).map(([name, stat]) => [`stat/${name}`, stat] as [string, unknown]),
      ...checks.flatMap(({ definition, check }): [string, unknown][] => [
        [`def/${definition.id}`, definition],
        [`check/${definition.id}`, check],
      ]),
      ...[...strips.read(facts.status.coverage, nowMs)].map(
        ([id, strip]) => [`strip/${id}`, strip] as [string, unknown],
      ),
      ...alerts.map(
        (alert, place) => [`alert/${alert.fingerprint}`, { ...alert, place }] as [string, unknown],
      ),
      ['resolved', resolvedViews(facts)],
      ['coverage', coverageView(facts)],
      ['maintenance', maintenanceView(facts)],
      ['rollout', rolloutView(facts) ?? null],
      ['rollback', rollbackView(facts)],
      ['marks', markViews(facts)],
    ]);
  };
}

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
    const checks = checkViews(facts);
    const { latencyP95, errorRatio, passRate, htdagMean, haloMean, aopMean } = source.table;
    const { memoryUsed, cpuUsed, diskUsed } = source.table;
    const view: View = new Map();
    view.set('meta', { name: source.name, checks: checks.map(({ definition }) => definition.id) });
    view.set('limits', {
      latencyP95,
      errorRatio,
      passRate,
      htdagMean,
      haloMean,
      aopMean,
      memoryUsed,
      cpuUsed,
      diskUsed,
    });
    view.set('headline', headlineOf(facts));
    view.set('watch', watchView(facts));
    for (const [name, stat] of Object.entries(statViews(facts))) view.set(`stat/${name}`, stat);
    for (const { definition, check } of checks) {
      view.set(`def/${definition.id}`, definition);
      view.set(`check/${definition.id}`, check);
    }
    for (const [id, strip] of strips(facts.status.coverage, facts.nowMs)) view.set(`strip/${id}`, strip);
    const alerts = openAlerts(facts).filter(({ status }) => status !== 'resolved');
    for (const [place, alert] of alerts.entries())
      view.set(`alert/${alert.fingerprint}`, { ...alert, place });
    view.set('resolved', resolvedViews(facts));
    view.set('coverage', coverageView(facts));
    view.set('maintenance', maintenanceView(facts));
    view.set('rollout', rolloutView(facts) ?? null);
    view.set('rollback', rollbackView(facts));
    view.set('marks', markViews(facts));
    return view;
  };
}

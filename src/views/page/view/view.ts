import { isMeasured } from '../../../alerts/index.ts';
import { shadowRecord } from '../../../release/index.ts';
import type { Facts, PageSource } from '../facts.ts';
import { headlineOf } from '../headline/headline.ts';
import { incidentsOfAlerts } from '../incidents.ts';
import { openAlerts } from '../open-alerts.ts';
import { checkViews } from './checks.ts';
import { commandViews } from './commands.ts';
import { resolvedViews } from './resolved.ts';
import { markViews, rolloutView } from './rollout.ts';
import { statViews } from './stats.ts';
import { openStrips } from './strips.ts';
import { watchView } from './watch.ts';

/** Each value under a key of its own: `check/H01`. */
const keyed = (kind: string, values: readonly (readonly [key: string, value: unknown])[]) =>
  Object.fromEntries(values.map(([key, value]) => [`${kind}/${key}`, value]));

/** Opens the page's content by key, each plain JSON; what is expensive to read is remembered from one call to the next. */
export function openView(source: PageSource) {
  const strips = openStrips(source.history);
  return (facts: Facts) => {
    const { status, nowMs, maintenance, rollbacks, shadows } = facts;
    const { coverage } = status;
    const checks = checkViews(facts, strips(coverage, nowMs));
    const open = openAlerts(facts).filter((alert) => alert.status !== 'resolved');
    return {
      meta: { name: source.name, checks: checks.map(({ id }) => id), isChangeable: source.isChangeable },
      commands: commandViews(facts, open),
      limits: Object.fromEntries(
        Object.entries(source.table).filter(([signal]) => isMeasured(signal, source.naming)),
      ),
      headline: headlineOf(facts),
      watch: watchView(facts),
      ...keyed('stat', Object.entries(statViews(facts))),
      ...keyed(
        'check',
        checks.map((check) => [check.id, check]),
      ),
      ...keyed(
        'alert',
        open.map((alert) => [alert.fingerprint, alert]),
      ),
      /** What went wrong as one, the gravest first, by the fingerprints of its alerts. */
      incidents: incidentsOfAlerts(open).map(({ id, lead, others }) => ({
        id,
        lead: lead.fingerprint,
        others: others.map(({ fingerprint }) => fingerprint),
      })),
      resolved: resolvedViews(facts),
      /** The newest gap first. */
      coverage: { ...coverage, gaps: coverage.gaps.slice(-50).reverse() },
      maintenance,
      rollout: rolloutView(facts),
      /** Of the last 48h, the newest first. */
      rollback: rollbacks.slice(-5).reverse(),
      /** What the loop would have rolled back, with how often it was right; empty where it is not in shadow mode. */
      shadow: {
        record: shadows.length > 0 ? shadowRecord(shadows) : '',
        newest: shadows.slice(-5).reverse(),
      },
      marks: markViews(facts),
    };
  };
}

import { endOf } from '../../../core/index.ts';
import { checksNamed } from '../../../suite/index.ts';
import { type Excused, type Known, limitOf } from '../condition.ts';
import { takenAway } from './instances.ts';
import { knownErrors, mendedErrors } from './known-errors.ts';
import { leastOperations } from './signals.ts';

/** Services whose errors are those of the release before, which this one mends. */
function mendedIn({ signals, table }: Known): [service: string, said: string][] {
  const limit = limitOf(table, 'errorRatio');
  return (signals.rejected ?? []).flatMap((evidence) => {
    const of = signals.each?.find(({ service }) => service === evidence.service) ?? signals;
    const ratio = of.live.errorRatio ?? of.stage.errorRatio;
    const said = mendedErrors(evidence, ratio, limit, leastOperations(of.minimum, limit));
    return said === undefined ? [] : [[evidence.service, said] as [string, string]];
  });
}

/** The checks that an entry of the quarantine names now, and those that the newest cycle found in it. */
function quarantinedIn({ recorded, quarantine, atMs }: Known): Set<string> {
  const alerts = recorded.alerts?.open.filter(({ rule }) => rule === 'HealthCheckFailed') ?? [];
  const ids = [
    ...(recorded.checks ?? []).map(({ id }) => id),
    ...alerts.flatMap(({ subject }) => subject ?? []),
  ];
  const known = [...new Set(ids)].map((id) => ({ id }));
  const named = quarantine
    .filter(({ until }) => atMs <= endOf(until))
    .map(({ check }) => checksNamed(check, known).map(({ id }) => id))
    // A name that means several checks excuses none of them.
    .filter(({ length }) => length === 1);
  return new Set([...(recorded.newest?.quarantined ?? []), ...named.flat()]);
}

/** What the release is not the cause of; known before any condition is judged, so that all of them excuse the same. */
export function excusedIn(known: Known): Excused {
  const checks = (known.recorded.checks ?? []).flatMap((check) => {
    const said = check.failed > 0 ? knownErrors(check, known) : undefined;
    return said === undefined ? [] : [[check.id, said] as const];
  });
  const instances = known.services.map((service) => [service, takenAway(service, known)] as const);
  return {
    checks: new Map(checks),
    quarantined: quarantinedIn(known),
    instances: new Map(instances.filter(([, gone]) => gone.length > 0)),
    mended: new Map(mendedIn(known)),
  };
}

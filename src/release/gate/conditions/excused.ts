import type { Excused, Known } from '../condition.ts';
import { takenAway } from './instances.ts';
import { knownErrors } from './known-errors.ts';

/** What the release is not the cause of; known before any condition is judged, so that all of them excuse the same. */
export function excusedIn(known: Known): Excused {
  const checks = (known.recorded.checks ?? []).flatMap((check) => {
    const said = check.failed > 0 ? knownErrors(check, known) : undefined;
    return said === undefined ? [] : [[check.id, said] as const];
  });
  const instances = known.services.map((service) => [service, takenAway(service, known)] as const);
  return { checks: new Map(checks), instances: new Map(instances.filter(([, gone]) => gone.length > 0)) };
}

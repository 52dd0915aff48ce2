import { activeSilences, type Silence, sentNotifications } from '../../src/clients/index.ts';
import { matches } from '../../src/core/index.ts';
import type { AlertRoutes } from './alert-routes.ts';

export const severities = ['critical', 'warning', 'info'] as const;

const labelsOf = (severity: string) => ({ severity, alertname: 'VigilRouteProbe' });

/** Severities whose alerts reach nobody, and those that the route keeps back at this time. */
export function routeFaults(routes: AlertRoutes, now: Date): string[] {
  return severities.flatMap((severity) => {
    const labels = labelsOf(severity);
    if (!routes.hasOwnRoute(labels) || !routes.receiversFor(labels).some(routes.deliverable))
      return [`${severity} reaches nobody`];
    const mutedBy = routes.mutedBy(labels, now);
    return mutedBy ? [`${severity} is muted now by the time interval ${mutedBy}`] : [];
  });
}

/** Silences that take every alert of a severity, whatever it is called. */
export function silenceFaults(silences: readonly Silence[]): string[] {
  return severities.flatMap((severity) =>
    silences
      .filter(({ matchers }) => matches(labelsOf(severity), matchers))
      .map(({ createdBy, endsAt }) => `every ${severity} alert is silenced by ${createdBy} until ${endsAt}`),
  );
}

/** Integrations of which most attempts failed since Alertmanager was started: what they lead to refuses. */
export async function refusalFaults(url: string): Promise<string[]> {
  const sent = await sentNotifications(url);
  return sent
    .filter(({ attempts, failed }) => failed > 0 && failed * 2 >= attempts)
    .map(
      ({ integration, attempts, failed }) =>
        `${integration}: ${failed} of ${attempts} attempts to notify failed`,
    );
}

/** All that keeps alerts from whom they are for. */
export async function alertmanagerFaults(url: string, routes: AlertRoutes, now: Date): Promise<string[]> {
  const [silences, refusals] = await Promise.all([activeSilences(url), refusalFaults(url)]);
  return [...routeFaults(routes, now), ...silenceFaults(silences), ...refusals];
}

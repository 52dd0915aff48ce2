import type { Incident, Truth } from './incidents.ts';
import type { Episode } from './replay-schema.ts';

/** What a policy made of one incident. */
export type Detection = ReturnType<typeof detectionOf>;

const sees = ({ alert }: Episode, { alerts }: Incident): boolean => !alerts || alerts.includes(alert);

/** An alert belongs to an incident when it fires while that goes on, or within the grace after it. */
function overlaps({ firedMs, resolvedMs }: Episode, { fromMs, toMs }: Incident, graceMs: number): boolean {
  return firedMs <= toMs + graceMs && (resolvedMs ?? Number.POSITIVE_INFINITY) >= fromMs;
}

/**
 * The first alert that saw an incident, and how long from its begin to that and to the first call for a rollback: 0 when
 * it fired before already, `null` when none did.
 */
function detectionOf(incident: Incident, episodes: readonly Episode[], graceMs: number) {
  const found = episodes
    .filter((episode) => overlaps(episode, incident, graceMs))
    .sort((a, b) => a.firedMs - b.firedMs);
  const seen = found.find((episode) => sees(episode, incident));
  const rollback = found.find(({ alert }) => alert === 'RollbackRequired');
  const delay = (episode: Episode | undefined) =>
    episode ? Math.max(0, episode.firedMs - incident.fromMs) : null;
  return {
    incident: incident.name,
    alert: seen?.alert ?? null,
    delayMs: delay(seen),
    rollbackDelayMs: delay(rollback),
  };
}

/**
 * How the alerts of a policy did against what counts as true; those of severity info page nobody and are left out. False
 * are those that no incident explains; `null` while nothing counts as true.
 */
export function scoreOf(all: readonly Episode[], { source, incidents }: Truth, graceMs: number) {
  const episodes = all.filter(({ severity }) => severity !== 'info');
  const detections = incidents.map((incident) => detectionOf(incident, episodes, graceMs));
  const isFalse = (episode: Episode) => !incidents.some((incident) => overlaps(episode, incident, graceMs));
  const count = (of: (episode: Episode) => boolean) =>
    source === 'nothing' ? null : episodes.filter((episode) => isFalse(episode) && of(episode)).length;
  return {
    detections,
    missed: detections.filter(({ alert }) => alert === null).length,
    falseAlarms: count(() => true),
    falseCritical: count(({ severity }) => severity === 'critical'),
    falseRollbacks: count(({ alert }) => alert === 'RollbackRequired'),
  };
}

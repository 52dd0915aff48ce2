import type { Episode } from './episodes.ts';
import type { Incident, Truth } from './incidents.ts';

/** What a policy made of one incident. */
export interface Detection {
  incident: string;
  /** The first alert that saw it; `null` when none did. */
  alert: string | null;
  /** From the incident's begin to the alert; 0 when it fired before already. */
  delayMs: number | null;
  /** Until the first call for a rollback. */
  rollbackDelayMs: number | null;
}

/** How a policy did against what counts as true. */
export interface Score {
  detections: Detection[];
  missed: number;
  /** Alerts that no incident explains: false ones where incidents are labelled; `null` while nothing counts as true. */
  falseAlarms: number | null;
  falseCritical: number | null;
  /** Calls for a rollback that no incident explains. */
  falseRollbacks: number | null;
}

const sees = ({ alert }: Episode, { alerts }: Incident): boolean => !alerts || alerts.includes(alert);

/** An alert belongs to an incident when it fires while that goes on, or within the grace after it. */
function overlaps({ firedMs, resolvedMs }: Episode, { fromMs, toMs }: Incident, graceMs: number): boolean {
  return firedMs <= toMs + graceMs && (resolvedMs ?? Number.POSITIVE_INFINITY) >= fromMs;
}

function detectionOf(incident: Incident, episodes: readonly Episode[], graceMs: number): Detection {
  const found = episodes.filter((episode) => overlaps(episode, incident, graceMs));
  const seen = found.filter((episode) => sees(episode, incident)).sort((a, b) => a.firedMs - b.firedMs)[0];
  const rollback = found
    .filter(({ alert }) => alert === 'RollbackRequired')
    .sort((a, b) => a.firedMs - b.firedMs)[0];
  const delay = (episode: Episode | undefined) =>
    episode ? Math.max(0, episode.firedMs - incident.fromMs) : null;
  return {
    incident: incident.name,
    alert: seen?.alert ?? null,
    delayMs: delay(seen),
    rollbackDelayMs: delay(rollback),
  };
}

/** Scores the alerts of a policy; those of severity info page nobody and are left out. */
export function scoreOf(all: readonly Episode[], { source, incidents }: Truth, graceMs: number): Score {
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

import { type AlertScene, type Explanation, isHeard, mayBeOfOne, nameOf } from './explain.ts';
import type { AlertIncident, AlertRecord, EngineState, IncidentMember } from './state.ts';

/** An incident as people are told of it; times in ms since 1970. */
export interface IncidentSummary {
  id: string;
  startedMs: number;
  /** `undefined` while one of its alerts fires. */
  endedMs: number | undefined;
  /** The alert that started it, such as `HealthCheckFailed H01`. */
  startedBy: string;
  /** The alerts that followed from it or have its cause, in the order in which they came. */
  followedBy: string[];
}

/** How long an incident that is over is kept: as long as a release is watched. */
const keptMs = 48 * 3_600_000;
const mostKept = 200;

const isOpen = ({ endedMs }: { endedMs?: number | undefined }): boolean => endedMs === undefined;

function memberOf(alert: AlertRecord, scene: AlertScene): IncidentMember {
  const { fingerprint, rule, labels, cause, isDerived, isNew, firedAtMs, sinceMs } = alert;
  const wasHeard = isHeard(alert, scene);
  return {
    fingerprint,
    rule,
    labels,
    cause,
    isDerived,
    isNew,
    firedMs: firedAtMs ?? sinceMs,
    wasHeard,
  };
}

/** Notes which alerts have ended, and forgets what has been over for long. */
export function settleIncidents({ state, nowMs }: AlertScene): void {
  for (const incident of Object.values(state.incidents)) {
    for (const member of incident.members.filter(isOpen)) {
      const alert = state.alerts[member.fingerprint];
      if (alert?.status !== 'firing') member.endedMs = alert?.resolvedAtMs ?? nowMs;
    }
    incident.endedMs = incident.members.some(isOpen)
      ? undefined
      : Math.max(...incident.members.map(({ endedMs = nowMs }) => endedMs));
  }
  const ended = Object.values(state.incidents)
    .filter((incident) => !isOpen(incident))
    .sort((a, b) => (b.endedMs ?? 0) - (a.endedMs ?? 0));
  for (const [index, { id, endedMs = nowMs }] of ended.entries())
    if (index >= mostKept || nowMs - endedMs > keptMs) delete state.incidents[id];
}

/** The incident in which an alert is or was last, by its fingerprint. */
function incidentWith(fingerprint: string, { incidents }: EngineState): AlertIncident | undefined {
  return Object.values(incidents).findLast(({ members }) =>
    members.some((member) => member.fingerprint === fingerprint),
  );
}

const isSame = (a: string | undefined, b: string | undefined): boolean => a !== undefined && a === b;

/** The open incident of an alert's last episode, of its cause or of its check. */
function related(alert: AlertRecord, { incidents }: EngineState): AlertIncident | undefined {
  const isOfIt = (member: IncidentMember) =>
    member.fingerprint === alert.fingerprint ||
    (isOpen(member) && isSame(member.cause, alert.cause) && mayBeOfOne(member, alert)) ||
    (isOpen(member) && isSame(member.labels.check, alert.labels.check));
  return Object.values(incidents).find((incident) => isOpen(incident) && incident.members.some(isOfIt));
}

function begin(alert: AlertRecord, { state, nowMs }: AlertScene): AlertIncident {
  const startedMs = alert.firedAtMs ?? nowMs;
  const id = `${alert.fingerprint.slice(0, 8)}-${startedMs.toString(36)}`;
  const incident: AlertIncident = { id, startedMs, members: [] };
  state.incidents[id] = incident;
  return incident;
}

function leave(alert: AlertRecord, { incidents }: EngineState): void {
  const incident = incidents[alert.incident ?? ''];
  if (!incident) return;
  incident.members = incident.members.filter(({ fingerprint }) => fingerprint !== alert.fingerprint);
  if (incident.members.length === 0) delete incidents[incident.id];
}

function enter(alert: AlertRecord, incident: AlertIncident, scene: AlertScene): void {
  if (alert.incident !== incident.id) leave(alert, scene.state);
  alert.incident = incident.id;
  const member = memberOf(alert, scene);
  const at = incident.members.findIndex(({ fingerprint }) => fingerprint === alert.fingerprint);
  if (at < 0) incident.members.push(member);
  else incident.members[at] = member;
  incident.endedMs = undefined;
}

/** Puts every firing alert into its incident: that of what explains it, of its cause, or one of its own. */
export function fileAlerts(scene: AlertScene, explanations: ReadonlyMap<string, Explanation>): void {
  const { state } = scene;
  const filed = new Set<string>();
  const file = (alert: AlertRecord): void => {
    if (filed.has(alert.fingerprint)) return;
    filed.add(alert.fingerprint);
    const source = explanations.get(alert.fingerprint)?.sources[0];
    const before = source === undefined ? undefined : state.alerts[source];
    if (before?.status === 'firing') file(before);
    const own = state.incidents[alert.incident ?? ''];
    const of = source === undefined ? undefined : incidentWith(source, state);
    // What was told by itself stays where it was told to be.
    const incident = (alert.told ? own : undefined) ?? of ?? own ?? related(alert, state);
    // An info by itself is none.
    if (!incident && alert.labels.severity === 'info') return;
    enter(alert, incident ?? begin(alert, scene), scene);
  };
  for (const alert of scene.alerts) if (alert.status === 'firing') file(alert);
}

function summaryOf({ id, startedMs, endedMs, members }: AlertIncident): IncidentSummary {
  const [first, ...others] = members.map(nameOf);
  return { id, startedMs, endedMs, startedBy: first ?? 'unknown', followedBy: others };
}

/** The incident of an alert, as it stands now. */
export function incidentOf(
  { incident }: Pick<AlertRecord, 'incident'>,
  { incidents }: EngineState,
): IncidentSummary | undefined {
  const found = incidents[incident ?? ''];
  return found && summaryOf(found);
}

/** The incidents that are open and those of the last two days, the newest first. */
export function incidentsOf({ incidents }: Pick<EngineState, 'incidents'>): IncidentSummary[] {
  return Object.values(incidents)
    .map(summaryOf)
    .sort((a, b) => b.startedMs - a.startedMs);
}

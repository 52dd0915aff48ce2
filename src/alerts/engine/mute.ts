import { matches } from '../rules/rule.ts';
import type { Acknowledgement, Inhibition, MaintenanceWindow } from './inputs.ts';
import type { AlertRecord, Mute } from './state.ts';

function inhibits(
  inhibition: Inhibition,
  source: AlertRecord,
  target: AlertRecord,
  status: AlertRecord['status'] = 'firing',
): boolean {
  return (
    source.status === status &&
    source.fingerprint !== target.fingerprint &&
    matches(source.labels, inhibition.source) &&
    matches(target.labels, inhibition.target) &&
    // Two that each could silence the other would silence both; Alertmanager leaves them alone too.
    !(matches(target.labels, inhibition.source) && matches(source.labels, inhibition.target)) &&
    inhibition.equal.every((label) => (source.labels[label] ?? '') === (target.labels[label] ?? ''))
  );
}

/**
 * Whether an alert that nobody knows yet waits, because what would explain it is about to fire: its condition holds, but
 * not for its whole time. A source that can't be read any more makes nobody wait.
 */
export function isHeld(
  alert: AlertRecord,
  alerts: readonly AlertRecord[],
  inhibitions: readonly Inhibition[],
): boolean {
  return inhibitions.some(
    (inhibition) =>
      inhibition.holdWhilePending &&
      alerts.some(
        (source) => source.last.state === 'breached' && inhibits(inhibition, source, alert, 'pending'),
      ),
  );
}

function windowOf(
  { labels }: AlertRecord,
  maintenance: readonly MaintenanceWindow[],
  nowMs: number,
): MaintenanceWindow | undefined {
  return maintenance.find(
    ({ matchers, fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs && matches(labels, matchers),
  );
}

/** Why an alert may not be told, whatever there is to tell: an alert that explains it, or a maintenance window. */
export function muteOf(
  alert: AlertRecord,
  alerts: readonly AlertRecord[],
  inhibitions: readonly Inhibition[],
  maintenance: readonly MaintenanceWindow[],
  nowMs: number,
): Mute | undefined {
  for (const inhibition of inhibitions) {
    // What nobody is told explains nothing to anybody.
    const source = alerts.find(
      (other) => inhibits(inhibition, other, alert) && !windowOf(other, maintenance, nowMs),
    );
    if (source) return { kind: 'inhibited', by: `${source.rule}: ${inhibition.name}` };
  }
  const window = windowOf(alert, maintenance, nowMs);
  return window && { kind: 'maintenance', by: window.reason };
}

/** Who took this episode of an alert, as long as it counts. */
export function acknowledgementOf(
  alert: AlertRecord,
  acknowledgements: readonly Acknowledgement[],
  nowMs: number,
): Mute | undefined {
  const taken = acknowledgements.find(
    ({ alertKey, timeMs, untilMs }) =>
      alertKey === alert.fingerprint &&
      timeMs >= alert.sinceMs &&
      timeMs <= nowMs &&
      (untilMs === undefined || nowMs < untilMs),
  );
  return taken && { kind: 'acknowledged', by: taken.who };
}

import { matches } from '../rules/rule.ts';
import type { Acknowledgement, MaintenanceWindow } from './inputs.ts';
import type { AlertRecord, Mute } from './state.ts';

/** The window in which an alert tells nobody now. */
export function maintenanceOf(
  { labels }: Pick<AlertRecord, 'labels'>,
  maintenance: readonly MaintenanceWindow[],
  nowMs: number,
): MaintenanceWindow | undefined {
  return maintenance.find(
    ({ matchers, fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs && matches(labels, matchers),
  );
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

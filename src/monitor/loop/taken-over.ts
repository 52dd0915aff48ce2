import {
  type AlertEvent,
  type AlertRecord,
  alertLabels,
  type EngineSetup,
  type EngineState,
  type Observation,
  sharedStreamOf,
} from '../../alerts/index.ts';
import { type EventContext, sharedStreamOfAlert } from './alert-events.ts';

interface Scene {
  /** What somebody was told of and no end of yet, whoever told it. */
  open: readonly AlertEvent[];
  setup: EngineSetup;
  watcher: Pick<EventContext, 'probe' | 'isOneOfSeveral'>;
}

/** An alert that another Vigil told goes on under that one's name, and is not told as new. */
function continued(alert: AlertRecord, { startsAt, labels }: AlertEvent, { setup }: Scene): AlertRecord {
  const { told = { firstMs: Date.parse(startsAt), lastMs: Date.parse(startsAt), reminders: 0 } } = alert;
  const externalLabels = { ...setup.policy.externalLabels, probe: labels.probe ?? '' };
  return { ...alert, told: { ...told, externalLabels } };
}

/** The state, in which what another Vigil told of counts as told. */
export function continueNotified(state: EngineState, scene: Scene): EngineState {
  const { open, setup, watcher } = scene;
  const others = new Map(
    open
      .filter(({ labels }) => labels.probe !== watcher.probe)
      .map((event) => [sharedStreamOf(event), event]),
  );
  if (others.size === 0) return state;
  const { externalLabels } = setup.policy;
  const alerts = Object.entries(state.alerts).map(([fingerprint, alert]) => {
    const event = others.get(sharedStreamOfAlert({ labels: alert.labels, externalLabels }, watcher));
    return [fingerprint, event ? continued(alert, event, scene) : alert];
  });
  return { ...state, alerts: Object.fromEntries(alerts) };
}

/**
 * The ends of what another Vigil told and this one does not see: of what it judges clear now, and of checks that a whole
 * cycle does not have. What it can't judge stays open.
 */
export function endsOfUnseen(
  state: EngineState,
  { open, setup, watcher }: Scene,
  { observations, isWhole, atMs }: { observations: readonly Observation[]; isWhole: boolean; atMs: number },
): AlertEvent[] {
  if (open.length === 0) return [];
  const { externalLabels } = setup.policy;
  const streamOf = (labels: AlertRecord['labels']) =>
    sharedStreamOfAlert({ labels, externalLabels }, watcher);
  const here = new Set(Object.values(state.alerts).map(({ labels }) => streamOf(labels)));
  const readings = new Map(
    observations.flatMap(({ rule: name, labels, reading }) => {
      const rule = setup.rules.find((one) => one.name === name);
      return rule ? [[streamOf(alertLabels(rule, labels)), reading.state] as const] : [];
    }),
  );
  return open
    .filter((event) => {
      const stream = sharedStreamOf(event);
      const reading = readings.get(stream);
      const isGone = isWhole && reading === undefined && event.labels.check !== undefined;
      return !here.has(stream) && (reading === 'clear' || isGone);
    })
    .map((event) => ({ ...event, state: 'resolved' as const, endsAt: new Date(atMs).toISOString() }));
}

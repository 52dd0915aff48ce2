import type { Priority, Severity, VigilConfig } from '../../core/index.ts';
import { ruleDefinitions } from '../rules/rules.ts';
import type { Channel } from './channel.ts';
import type { AlertEvent, NotificationEvent } from './event.ts';

/** Where an info goes without a route: it is written down and interrupts nobody. */
const quiet = ['console', 'file'];

/** Who is told by whom, as the configuration says. */
type Routing = { routes: readonly Route[] } & Pick<VigilConfig['notifications'], 'rulesBy'>;

/** The names of the configured channels that interrupt somebody. */
export const interruptingChannels = ({ notifications }: VigilConfig): string[] =>
  notifications.channels
    .filter(({ type }) => ![...quiet, 'heartbeat'].includes(type))
    .map(({ name, type }) => name ?? type);

/** Which alerts a route is for, and where they go; what isn't named matches all. */
export interface Route {
  severity?: readonly Severity[] | undefined;
  priority?: readonly Priority[] | undefined;
  /** Milliseconds until it takes an alert that nobody has acknowledged; at once without it. */
  after?: number | undefined;
  channels: readonly string[];
}

/** What routes go by. */
type Graveness = Pick<AlertEvent, 'severity' | 'priority'>;

function matches(route: Route, event: Graveness): boolean {
  return (
    (route.severity?.includes(event.severity) ?? true) && (route.priority?.includes(event.priority) ?? true)
  );
}

/** The names of the channels that an alert of this severity and priority goes to. */
export function channelsByRoutes(
  event: Graveness,
  routes: readonly Route[],
  channels: readonly Pick<Channel, 'name' | 'type'>[],
): string[] {
  const matching = routes.filter((route) => matches(route, event));
  const atOnce = matching.filter(({ after }) => after === undefined);
  // An alert that no route names must not vanish, so it takes the default.
  if (atOnce.length > 0) return atOnce.flatMap((route) => route.channels);
  const open = event.severity === 'info' ? channels.filter(({ type }) => quiet.includes(type)) : channels;
  const waiting = new Set(matching.flatMap((route) => route.channels));
  return open.map(({ name }) => name).filter((name) => !waiting.has(name));
}

/** The name of the alert that tells of a channel that delivers nothing, which its label `channel` names. */
export const undelivered = 'NotificationsUndelivered';

const ruleNames = new Set(ruleDefinitions.map(({ name }) => name));

/** Where an alert goes: that of a channel takes every other one, whatever the routes say. */
function channelsOf(
  event: AlertEvent,
  routes: readonly Route[],
  channels: readonly Channel[],
): readonly string[] {
  if (event.alertname !== undelivered) return event.only ?? channelsByRoutes(event, routes, channels);
  return channels.map(({ name }) => name).filter((name) => name !== event.labels.channel);
}

/** Whether Prometheus tells of it, on the same rules. */
const isSentByOthers = (event: NotificationEvent, rulesBy: Routing['rulesBy']): boolean =>
  rulesBy === 'prometheus' && event.kind === 'alert' && ruleNames.has(event.alertname);

/**
 * Makes the question "which channels does this event go to?". An alert takes every matching route; without one critical
 * and warning go to all channels, info to console and file. Other events go to every channel that accepts them. Alerts of
 * the rules go nowhere where Prometheus tells of them.
 */
export function createRouter(
  channels: readonly Channel[],
  { routes = [], rulesBy = 'vigil' }: Partial<Routing> = {},
) {
  return (event: NotificationEvent): string[] => {
    if (isSentByOthers(event, rulesBy)) return [];
    const named =
      event.kind === 'alert' ? channelsOf(event, routes, channels) : channels.map(({ name }) => name);
    return channels
      .filter((channel) => named.includes(channel.name) && channel.accepts(event))
      .map(({ name }) => name);
  };
}

/** A channel that hears of an alert when nobody has acknowledged it for a while. */
export interface Escalation {
  channel: string;
  afterMs: number;
}

/** Makes the question "who hears of this alert when nobody has acknowledged it for a while?". */
export function createEscalation(
  channels: readonly Channel[],
  { routes = [], rulesBy = 'vigil' }: Partial<Routing> = {},
) {
  const route = createRouter(channels, { routes, rulesBy });
  const late = routes.filter(({ after }) => after !== undefined);
  return (event: AlertEvent): Escalation[] => {
    // What names its channels takes no route.
    if (event.only || event.alertname === undelivered) return [];
    if (isSentByOthers(event, rulesBy)) return [];
    const atOnce = route(event);
    const accepting = (name: string) => channels.some((one) => one.name === name && one.accepts(event));
    return late
      .filter((one) => matches(one, event))
      .flatMap(({ channels: names, after: afterMs = 0 }) => names.map((channel) => ({ channel, afterMs })))
      .filter(({ channel }) => !atOnce.includes(channel) && accepting(channel));
  };
}

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
  channels: readonly string[];
}

function matches(route: Route, event: AlertEvent): boolean {
  return (
    (route.severity?.includes(event.severity) ?? true) && (route.priority?.includes(event.priority) ?? true)
  );
}

function byRoutes(event: AlertEvent, routes: readonly Route[], channels: readonly Channel[]): string[] {
  const matching = routes.filter((route) => matches(route, event));
  // An alert that no route names must not vanish, so it takes the default.
  if (matching.length > 0) return matching.flatMap((route) => route.channels);
  const open = event.severity === 'info' ? channels.filter(({ type }) => quiet.includes(type)) : channels;
  return open.map(({ name }) => name);
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
  if (event.alertname !== undelivered) return event.only ?? byRoutes(event, routes, channels);
  return channels.map(({ name }) => name).filter((name) => name !== event.labels.channel);
}

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
    if (rulesBy === 'prometheus' && event.kind === 'alert' && ruleNames.has(event.alertname)) return [];
    const named =
      event.kind === 'alert' ? channelsOf(event, routes, channels) : channels.map(({ name }) => name);
    return channels
      .filter((channel) => named.includes(channel.name) && channel.accepts(event))
      .map(({ name }) => name);
  };
}

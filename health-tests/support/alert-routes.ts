import { contractError } from '../../src/clients/index.ts';
import { type LabelSet, type Matcher, matches, messageOf, parseMatchers } from '../../src/core/index.ts';
import { isWithin, type TimeInterval } from './time-intervals.ts';

interface RouteConfig {
  receiver?: string;
  match?: Record<string, unknown>;
  match_re?: Record<string, unknown>;
  matchers?: string[];
  continue?: boolean;
  mute_time_intervals?: string[];
  active_time_intervals?: string[];
  routes?: RouteConfig[];
}

interface NamedIntervals {
  name: string;
  time_intervals?: TimeInterval[];
}

interface AlertmanagerConfig {
  route: RouteConfig;
  receivers: Record<string, unknown>[];
  intervals: NamedIntervals[];
}

interface Node {
  route: RouteConfig;
  receiver: string;
  depth: number;
}

const where = 'the configuration of Alertmanager';

async function parsed(configYaml: string): Promise<AlertmanagerConfig> {
  let config:
    | (Partial<AlertmanagerConfig> &
        Record<'time_intervals' | 'mute_time_intervals', NamedIntervals[] | undefined>)
    | null;
  try {
    // Loaded only here: no loop reads YAML.
    const { parse } = await import('yaml');
    config = parse(configYaml);
  } catch (thrown) {
    throw contractError(where, 'YAML', messageOf(thrown).split('\n')[0] ?? 'something else');
  }
  if (!config?.route?.receiver) throw contractError(where, 'a root route with a receiver', 'none');
  return {
    route: config.route,
    receivers: Array.isArray(config.receivers) ? config.receivers : [],
    intervals: [...(config.time_intervals ?? []), ...(config.mute_time_intervals ?? [])],
  };
}

function matchersOf(route: RouteConfig): Matcher[] {
  const old = (pairs: Record<string, unknown> = {}, operator: '=' | '=~') =>
    Object.entries(pairs).map(([label, value]) => ({ label, operator, value: String(value ?? '') }));
  return [
    ...old(route.match, '='),
    ...old(route.match_re, '=~'),
    ...(route.matchers ?? []).flatMap((list) => parseMatchers(String(list))),
  ];
}

/** Depth first, left to right; a route that matched ends the search on its level unless it says `continue`. */
function walk(route: RouteConfig, labels: LabelSet, inherited: string, depth: number): Node[] {
  if (!matches(labels, matchersOf(route))) return [];
  const receiver = route.receiver || inherited;
  const all: Node[] = [];
  for (const child of route.routes ?? []) {
    const nodes = walk(child, labels, receiver, depth + 1);
    all.push(...nodes);
    if (nodes.length > 0 && !child.continue) break;
  }
  return all.length > 0 ? all : [{ route, receiver, depth }];
}

/** How an Alertmanager leads alerts, by its own search. */
export interface AlertRoutes {
  /** The receivers that an alert with these labels reaches, each once. */
  receiversFor(labels: LabelSet): string[];
  /** Whether a route below the root takes an alert with these labels, and not only the default. */
  hasOwnRoute(labels: LabelSet): boolean;
  /** The time interval that keeps an alert with these labels back now, on every route that it takes. */
  mutedBy(labels: LabelSet, now: Date): string | undefined;
  /** Whether a receiver exists and has an integration; one without any drops what it gets. */
  deliverable(receiver: string): boolean;
}

/** Reads the routes of a configuration in YAML; TARGET_CONTRACT, here or at a question, names what can't be read in it. */
export async function readAlertRoutes(configYaml: string): Promise<AlertRoutes> {
  const { route, receivers, intervals } = await parsed(configYaml);
  const isNow = (name: string, now: Date) =>
    isWithin(intervals.find((interval) => interval.name === name)?.time_intervals ?? [], now);
  const muting = (
    { mute_time_intervals: mute = [], active_time_intervals: active = [] }: RouteConfig,
    now: Date,
  ) => {
    const muted = mute.find((name) => isNow(name, now));
    if (muted !== undefined) return muted;
    return active.some((name) => isNow(name, now)) ? undefined : active[0];
  };
  const nodesFor = (labels: LabelSet): Node[] => {
    try {
      return walk(route, labels, '', 0);
    } catch (thrown) {
      throw contractError(where, 'routes whose matchers can be read', messageOf(thrown));
    }
  };
  return {
    receiversFor: (labels) => [...new Set(nodesFor(labels).map(({ receiver }) => receiver))],
    hasOwnRoute: (labels) => nodesFor(labels).some(({ depth }) => depth > 0),
    mutedBy(labels, now) {
      const reasons = nodesFor(labels).map((node) => muting(node.route, now));
      return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
    },
    deliverable(receiver) {
      const own = receivers.find(({ name }) => name === receiver);
      return Object.entries(own ?? {}).some(
        ([key, value]) => key.endsWith('_configs') && Array.isArray(value) && value.length > 0,
      );
    },
  };
}

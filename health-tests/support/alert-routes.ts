import { contractError } from '../../src/clients/index.ts';
import { type LabelSet, type Matcher, matches, messageOf, parseMatchers } from '../../src/core/index.ts';

interface RouteConfig {
  receiver?: string;
  match?: Record<string, unknown>;
  match_re?: Record<string, unknown>;
  matchers?: string[];
  continue?: boolean;
  routes?: RouteConfig[];
}

interface AlertmanagerConfig {
  route: RouteConfig;
  receivers: Record<string, unknown>[];
}

interface Node {
  receiver: string;
  depth: number;
}

const where = 'the configuration of Alertmanager';

async function parsed(configYaml: string): Promise<AlertmanagerConfig> {
  let config: Partial<AlertmanagerConfig> | null;
  try {
    // Loaded only here: no loop reads YAML.
    const { parse } = await import('yaml');
    config = parse(configYaml);
  } catch (thrown) {
    throw contractError(where, 'YAML', messageOf(thrown).split('\n')[0] ?? 'something else');
  }
  if (!config?.route?.receiver) throw contractError(where, 'a root route with a receiver', 'none');
  return { route: config.route, receivers: Array.isArray(config.receivers) ? config.receivers : [] };
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
  return all.length > 0 ? all : [{ receiver, depth }];
}

/** How an Alertmanager leads alerts, by its own search. */
export interface AlertRoutes {
  /** The receivers that an alert with these labels reaches, each once. */
  receiversFor(labels: LabelSet): string[];
  /** Whether a route below the root takes an alert with these labels, and not only the default. */
  hasOwnRoute(labels: LabelSet): boolean;
  /** Whether a receiver exists and has an integration; one without any drops what it gets. */
  deliverable(receiver: string): boolean;
}

/** Reads the routes of a configuration in YAML; TARGET_CONTRACT, here or at a question, names what can't be read in it. */
export async function readAlertRoutes(configYaml: string): Promise<AlertRoutes> {
  const { route, receivers } = await parsed(configYaml);
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
    deliverable(receiver) {
      const own = receivers.find(({ name }) => name === receiver);
      return Object.entries(own ?? {}).some(
        ([key, value]) => key.endsWith('_configs') && Array.isArray(value) && value.length > 0,
      );
    },
  };
}

import { createRequire } from 'node:module';
import type Yaml from 'yaml';
import { type LabelSet, type Matcher, matches, messageOf, parseMatchers } from '../core/index.ts';
import { contractError } from './http/http-failure.ts';

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

const require = createRequire(import.meta.url);
const where = 'the configuration of Alertmanager';

function parsed(configYaml: string): AlertmanagerConfig {
  let config: Partial<AlertmanagerConfig> | null;
  try {
    // Loaded only here: no loop reads YAML.
    const { parse } = require('yaml') as typeof Yaml;
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

function nodesFor(configYaml: string, labels: LabelSet): Node[] {
  const { route } = parsed(configYaml);
  try {
    return walk(route, labels, '', 0);
  } catch (thrown) {
    throw contractError(where, 'routes whose matchers can be read', messageOf(thrown));
  }
}

/** The receivers that an alert with these labels reaches, by Alertmanager's own search, each once. */
export function receiversFor(configYaml: string, labels: LabelSet): string[] {
  return [...new Set(nodesFor(configYaml, labels).map(({ receiver }) => receiver))];
}

/** Whether a route below the root takes an alert with these labels, and not only the default. */
export function hasOwnRoute(configYaml: string, labels: LabelSet): boolean {
  return nodesFor(configYaml, labels).some(({ depth }) => depth > 0);
}

/** Whether a receiver exists and has an integration; one without any drops what it gets. */
export function deliverable(configYaml: string, receiver: string): boolean {
  const own = parsed(configYaml).receivers.find(({ name }) => name === receiver);
  return Object.entries(own ?? {}).some(
    ([key, value]) => key.endsWith('_configs') && Array.isArray(value) && value.length > 0,
  );
}

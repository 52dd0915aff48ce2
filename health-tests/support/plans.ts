import type { OperationRoute, TaskGraph } from './operation.ts';
import type { Target } from './target.ts';

export interface Plan {
  what: string;
  /** `undefined` for one that must be accepted. */
  mustReject?: 'unsolvable' | 'incomplete' | 'redundant' | undefined;
  requirements: string[];
  graph: TaskGraph;
  routing: OperationRoute[];
}

const collect = 'collect the incident data';
const write = 'write the summary';

const root = { id: 'root', parent: null, title: 'Weekly review', capability: null, covers: [] };
const node = (id: string, title: string, capability: string, covers: string[]) => ({
  id,
  parent: 'root',
  title,
  capability,
  covers,
});

export interface Agent {
  id: string;
  capabilities: string[];
}

/** Routes each node as the planner itself would. */
function routed(nodes: TaskGraph['nodes'], agents: readonly Agent[]): OperationRoute[] {
  return nodes.map(({ id, capability }) => ({
    node: id,
    agent:
      (agents.find(({ capabilities }) => capabilities.includes(capability ?? '')) ?? agents[0])?.id ??
      'nobody',
    capability: capability ?? '',
    reason: 'by capability',
  }));
}

/** One plan that the target's own agents can carry out, and one for each way in which a plan can't be. */
export function plans(agents: readonly Agent[]): Plan[] {
  const [first, second = first] = [...new Set(agents.flatMap(({ capabilities }) => capabilities))];
  if (first === undefined || second === undefined)
    throw new Error('/v1/agents names no agent with a capability');
  const gathering = node('n1', collect, first, [collect]);
  const writing = node('n2', write, second, [write]);
  const edges = [{ from: 'n1', to: 'n2' }];
  const requirements = [collect, write];
  const plan = (what: string, mustReject: Plan['mustReject'], ...nodes: TaskGraph['nodes']): Plan => ({
    what,
    mustReject,
    requirements,
    graph: { nodes: [root, ...nodes], edges: nodes.length > 1 ? edges : [] },
    routing: routed(nodes, agents),
  });
  const valid = plan('the valid plan', undefined, gathering, writing);
  const [toFirst, toSecond] = valid.routing as [OperationRoute, OperationRoute];
  const rerouted = (what: string, mustReject: Plan['mustReject'], routing: OperationRoute[]): Plan => ({
    ...valid,
    what,
    mustReject,
    routing,
  });
  return [
    valid,
    plan('the unsolvable plan', 'unsolvable', gathering, { ...writing, capability: 'telepathy' }),
    plan('the incomplete plan', 'incomplete', gathering),
    plan('the redundant plan', 'redundant', gathering, writing, { ...gathering, id: 'n3' }),
    rerouted('the plan for an agent that doesn’t exist', 'unsolvable', [
      toFirst,
      { ...toSecond, agent: 'nobody-at-all' },
    ]),
    rerouted('the plan without a route for a task', 'incomplete', [toFirst]),
    rerouted('the plan that routes a task twice', 'redundant', [toFirst, toSecond, toSecond]),
  ];
}

interface Validation {
  valid?: boolean;
  violations?: { kind?: string; message?: string }[];
}

/** What is wrong with the planner's judgement of a plan. */
export async function wronglyJudged(target: Target, plan: Plan): Promise<string[]> {
  const { graph, routing, requirements } = plan;
  const answer = await target.planner('/v1/validate', { json: { graph, routing, requirements } });
  if (answer.status !== 200)
    return [`${plan.what} was answered ${answer.status}: ${answer.text.slice(0, 160)}`];
  const { valid, violations = [] } = answer.json<Validation>();
  const found = violations.map(({ kind }) => kind);
  if (plan.mustReject === undefined) {
    const why = violations.map(({ message }) => message).join('; ');
    return valid ? [] : [`${plan.what} was rejected (${found.join(', ')}${why ? `: ${why}` : ''})`];
  }
  if (valid) return [`${plan.what} was accepted`];
  const reason = violations.find(({ kind }) => kind === plan.mustReject);
  if (!reason) return [`${plan.what} was rejected as ${found.join(', ')}`];
  return reason.message ? [] : [`${plan.what} was rejected without a reason`];
}

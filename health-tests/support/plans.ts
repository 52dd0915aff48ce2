import type { TaskGraph } from './operation.ts';
import type { Target } from './target.ts';

export interface Plan {
  what: string;
  /** `undefined` for the one that must be accepted. */
  mustReject: 'unsolvable' | 'incomplete' | 'redundant' | undefined;
  requirements: string[];
  graph: TaskGraph;
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
  });
  return [
    plan('the valid plan', undefined, gathering, writing),
    plan('the unsolvable plan', 'unsolvable', gathering, { ...writing, capability: 'telepathy' }),
    plan('the incomplete plan', 'incomplete', gathering),
    plan('the redundant plan', 'redundant', gathering, writing, { ...gathering, id: 'n3' }),
  ];
}

interface Validation {
  valid?: boolean;
  violations?: { kind?: string; message?: string }[];
}

/** What is wrong with the planner's judgement of a plan, routed as the planner itself would. */
export async function wronglyJudged(target: Target, plan: Plan, agents: readonly Agent[]): Promise<string[]> {
  const routing = plan.graph.nodes
    .filter(({ capability }) => capability !== null)
    .map(({ id, capability }) => ({
      node: id,
      agent:
        (agents.find(({ capabilities }) => capabilities.includes(capability ?? '')) ?? agents[0])?.id ??
        'nobody',
      capability,
      reason: 'by capability',
    }));
  const answer = await target.planner('/v1/validate', {
    json: { graph: plan.graph, routing, requirements: plan.requirements },
  });
  if (answer.status !== 200)
    return [`${plan.what} was answered ${answer.status}: ${answer.text.slice(0, 160)}`];
  const { valid, violations = [] } = answer.json<Validation>();
  const found = violations.map(({ kind }) => kind);
  if (plan.mustReject === undefined) return valid ? [] : [`${plan.what} was rejected (${found.join(', ')})`];
  if (valid) return [`${plan.what} was accepted`];
  const reason = violations.find(({ kind }) => kind === plan.mustReject);
  if (!reason) return [`${plan.what} was rejected as ${found.join(', ')}`];
  return reason.message ? [] : [`${plan.what} was rejected without a reason`];
}

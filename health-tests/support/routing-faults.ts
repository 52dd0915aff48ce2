import { leavesOf } from './graph.ts';
import type { GraphNode, OperationRoute, TaskAnswer } from './operation.ts';
import type { Agent } from './plans.ts';

function agentFault({ id, capability }: GraphNode, route: OperationRoute, agents: readonly Agent[]) {
  const agent = agents.find((candidate) => candidate.id === route.agent);
  if (!agent) return `${id} is routed to ${route.agent}, who doesn’t exist`;
  if (!agent.capabilities.includes(capability ?? ''))
    return `${id} needs ${capability}, which ${agent.id} can’t do`;
  return route.reason ? undefined : `${id} is routed without a reason`;
}

/** What is wrong with the outcome of a task: none, several, or one of somebody else’s. */
function resultFault(node: GraphNode, routes: readonly OperationRoute[], results: TaskAnswer['results']) {
  const own = results.filter((result) => result.node === node.id);
  if (own.length > 1) return `${node.id} was done ${own.length} times`;
  const [result] = own;
  const isRouted = routes.some(({ agent }) => agent === result?.agent);
  return result && !isRouted ? `${node.id} was done by ${result.agent}, to whom it is not routed` : undefined;
}

/** Tasks that are routed to nobody, more than once, to an agent that doesn't exist or can't do it, or done by another one. */
export function routingFaults(answer: TaskAnswer, agents: readonly Agent[]): string[] {
  const leaves = leavesOf(answer.graph);
  const tasks = new Set(leaves.map(({ id }) => id));
  const ofTasks = leaves.flatMap((node) => {
    const routes = answer.routing.filter((route) => route.node === node.id);
    if (routes.length === 0) return [`${node.id} is routed to nobody`];
    const names = routes.map(({ agent }) => agent).join(' and ');
    return [
      routes.length > 1 ? `${node.id} is routed ${routes.length} times, to ${names}` : undefined,
      ...routes.map((route) => agentFault(node, route, agents)),
      resultFault(node, routes, answer.results),
    ];
  });
  const toNoTask = answer.routing
    .filter(({ node }) => !tasks.has(node))
    .map(({ node }) => `${node} is routed, but is no task of the graph`);
  return [...ofTasks, ...toNoTask].filter((fault) => fault !== undefined);
}

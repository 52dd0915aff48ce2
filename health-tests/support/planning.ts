import { findCycle, leavesOf } from './graph.ts';
import type { TaskAnswer, TaskGraph } from './operation.ts';

/** Cycles of order or of parents, nodes of one name, edges and parents that don't exist, and requirements that no working node covers. */
export function graphFaults(graph: TaskGraph, requirements: readonly string[]): string[] {
  const ids = new Set(graph.nodes.map(({ id }) => id));
  const cycle = findCycle(graph);
  const children = graph.nodes.flatMap(({ id, parent }) =>
    parent === null ? [] : [{ from: parent, to: id }],
  );
  const descent = findCycle({ nodes: graph.nodes, edges: children });
  const dangling = graph.edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to));
  const covered = new Set(leavesOf(graph).flatMap(({ covers }) => covers));
  return [
    ...(cycle ? [`a cycle ${cycle}`] : []),
    ...(descent ? [`a node that descends from itself ${descent}`] : []),
    ...(ids.size < graph.nodes.length ? ['two nodes of one id'] : []),
    ...children
      .filter(({ from }) => !ids.has(from))
      .map(({ from, to }) => `${to} has a parent ${from} that is no node`),
    ...dangling.map(({ from, to }) => `an edge ${from} → ${to} to no node`),
    ...requirements.filter((text) => !covered.has(text)).map((text) => `“${text}” is not covered`),
  ];
}

/** Working nodes without a route, and routes to an agent that doesn't exist or can't do it. */
export function routingFaults(
  answer: TaskAnswer,
  agents: readonly { id: string; capabilities: string[] }[],
): string[] {
  return leavesOf(answer.graph).flatMap((node) => {
    const route = answer.routing.find((candidate) => candidate.node === node.id);
    if (!route) return [`${node.id} is routed to nobody`];
    const agent = agents.find(({ id }) => id === route.agent);
    if (!agent) return [`${node.id} is routed to ${route.agent}, who doesn’t exist`];
    const needed = node.capability ?? '';
    if (!agent.capabilities.includes(needed))
      return [`${node.id} needs ${needed}, which ${agent.id} can’t do`];
    return route.reason ? [] : [`${node.id} is routed without a reason`];
  });
}

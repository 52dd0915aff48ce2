import type { TaskGraph } from './operation.ts';

/** A cycle of the graph as a path `a → b → a`, or `undefined`; edges to unknown nodes are followed too. */
export function findCycle(graph: TaskGraph): string | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to } of graph.edges) next.set(from, [...(next.get(from) ?? []), to]);
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string | undefined => {
    if (finished.has(node)) return undefined;
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node].join(' → ');
    path.push(node);
    for (const following of next.get(node) ?? []) {
      const cycle = visit(following);
      if (cycle) return cycle;
    }
    path.pop();
    finished.add(node);
    return undefined;
  };
  for (const node of next.keys()) {
    const cycle = visit(node);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Nodes that do work: those that no other node has as its parent. */
export function leavesOf(graph: TaskGraph): TaskGraph['nodes'] {
  const parents = new Set(graph.nodes.map(({ parent }) => parent));
  return graph.nodes.filter(({ id }) => !parents.has(id));
}

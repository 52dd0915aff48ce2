import { findCycle, leavesOf } from './graph.ts';
import type { GraphNode, OperationRequest, TaskGraph } from './operation.ts';

/** Cycles of order or of parents, nodes of one name, edges and parents that don't exist, more than one root. */
function shapeFaults(graph: TaskGraph): string[] {
  const ids = new Set(graph.nodes.map(({ id }) => id));
  const cycle = findCycle(graph);
  const children = graph.nodes.flatMap(({ id, parent }) =>
    parent === null ? [] : [{ from: parent, to: id }],
  );
  const descent = findCycle({ nodes: graph.nodes, edges: children });
  const dangling = graph.edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to));
  const roots = graph.nodes.filter(({ parent }) => parent === null).map(({ id }) => id);
  return [
    ...(cycle ? [`a cycle ${cycle}`] : []),
    ...(descent ? [`a node that descends from itself ${descent}`] : []),
    ...(ids.size < graph.nodes.length ? ['two nodes of one id'] : []),
    ...(roots.length > 1 ? [`${roots.length} roots, expected 1: ${roots.join(', ')}`] : []),
    ...children
      .filter(({ from }) => !ids.has(from))
      .map(({ from, to }) => `${to} has a parent ${from} that is no node`),
    ...dangling.map(({ from, to }) => `an edge ${from} → ${to} to no node`),
  ];
}

/** The tasks that no chain of edges, in whichever direction, joins with the first one. */
function apart(leaves: readonly GraphNode[], edges: TaskGraph['edges']): string[] {
  const joined = new Set(leaves.slice(0, 1).map(({ id }) => id));
  for (let before = 0; before < joined.size; ) {
    before = joined.size;
    for (const { from, to } of edges) {
      if (joined.has(from)) joined.add(to);
      if (joined.has(to)) joined.add(from);
    }
  }
  return leaves.flatMap(({ id }) => (joined.has(id) ? [] : [id]));
}

/** Work that nobody asked for: it covers, or names, neither the task nor one of its requirements; and work done twice. */
function unaskedWork(leaves: readonly GraphNode[], task: string, requirements: readonly string[]): string[] {
  const sameWork = Map.groupBy(leaves, ({ title, capability, covers }) =>
    JSON.stringify([title, capability, covers.toSorted()]),
  );
  return [
    ...leaves.flatMap(({ id, covers }) =>
      covers
        .filter((text) => !requirements.includes(text))
        .map((text) => `${id} covers “${text}”, which nobody asked for`),
    ),
    ...leaves
      .filter(({ title }) => ![task, ...requirements].some((text) => title.includes(text)))
      .map(({ id, title }) => `${id} “${title}” is work that nobody asked for`),
    ...[...sameWork.values()]
      .filter((same) => same.length > 1)
      .map((same) => `${same.map(({ id }) => id).join(' and ')} are the same work`),
  ];
}

/** In what a task graph differs from what the contract says of the graph of this request. */
export function graphFaults(
  graph: TaskGraph,
  { task, requirements = [task] }: Readonly<OperationRequest>,
): string[] {
  const leaves = leavesOf(graph);
  const covered = new Set(leaves.flatMap(({ covers }) => covers));
  const alone = apart(leaves, graph.edges);
  return [
    ...shapeFaults(graph),
    ...requirements.filter((text) => !covered.has(text)).map((text) => `“${text}” is not covered`),
    ...(alone.length > 0 ? [`no edge joins ${alone.join(', ')} with ${leaves[0]?.id}`] : []),
    ...unaskedWork(leaves, task, requirements),
  ];
}

import { expect, test } from 'vitest';
import type { TaskAnswer, TaskGraph } from '../../health-tests/support/operation.ts';
import { graphFaults, routingFaults } from '../../health-tests/support/planning.ts';

const node = (id: string, parent: string | null, covers: string[] = []): TaskGraph['nodes'][number] => ({
  id,
  parent,
  title: id,
  capability: parent === null ? null : 'writing',
  covers,
});
const good: TaskGraph = {
  nodes: [node('root', null), node('a', 'root', ['read']), node('b', 'root', ['write'])],
  edges: [{ from: 'a', to: 'b' }],
};
const required = ['read', 'write'];

test('a graph that covers what was asked for, in an order, has no faults', () => {
  expect(graphFaults(good, required)).toEqual([]);
});

test.for<[string, TaskGraph, string[]]>([
  ['a circle of order', { ...good, edges: [...good.edges, { from: 'b', to: 'a' }] }, ['a cycle a → b → a']],
  ['an edge to no node', { ...good, edges: [{ from: 'a', to: 'z' }] }, ['an edge a → z to no node']],
  [
    'a requirement that nobody covers',
    { ...good, nodes: good.nodes.slice(0, 2), edges: [] },
    ['“write” is not covered'],
  ],
  [
    'a requirement that only an inner node covers',
    { nodes: [node('root', null, ['write']), node('a', 'root', ['read'])], edges: [] },
    ['“write” is not covered'],
  ],
  [
    'nodes that descend from one another',
    { nodes: [...good.nodes, node('c', 'd'), node('d', 'c')], edges: [] },
    ['a node that descends from itself d → c → d'],
  ],
  ['two nodes of one id', { ...good, nodes: [...good.nodes, node('a', 'root')] }, ['two nodes of one id']],
  [
    'a parent that is no node',
    { ...good, nodes: [...good.nodes, node('c', 'x')] },
    ['c has a parent x that is no node'],
  ],
])('H08 names %s', ([, graph, faults]) => {
  expect(graphFaults(graph, required)).toEqual(faults);
});

const agents = [
  { id: 'writer', capabilities: ['writing'] },
  { id: 'reader', capabilities: ['reading'] },
];
const answer = (...routing: [node: string, agent: string, reason?: string][]): TaskAnswer => ({
  taskId: '1',
  traceId: 't',
  task: '',
  graph: good,
  routing: routing.map(([id, agent, reason = 'by capability']) => ({
    node: id,
    agent,
    capability: 'writing',
    reason,
  })),
  timings: { totalMs: 1 },
  safety: { redactions: 0, injections: 0 },
});

test('routes to agents that exist and can do it have no faults', () => {
  expect(routingFaults(answer(['a', 'writer'], ['b', 'writer']), agents)).toEqual([]);
});

test.for<[string, TaskAnswer, string[]]>([
  ['a task without a route', answer(['a', 'writer']), ['b is routed to nobody']],
  [
    'an agent who doesn’t exist',
    answer(['a', 'writer'], ['b', 'ghost']),
    ['b is routed to ghost, who doesn’t exist'],
  ],
  [
    'an agent who can’t do it',
    answer(['a', 'reader'], ['b', 'writer']),
    ['a needs writing, which reader can’t do'],
  ],
  [
    'a route without a reason',
    answer(['a', 'writer', ''], ['b', 'writer']),
    ['a is routed without a reason'],
  ],
])('H09 names %s', ([, given, faults]) => {
  expect(routingFaults(given, agents)).toEqual(faults);
});

import { expect, test } from 'vitest';
import { graphFaults } from '../../health-tests/support/graph-faults.ts';
import type { TaskAnswer, TaskGraph } from '../../health-tests/support/operation.ts';
import { routingFaults } from '../../health-tests/support/routing-faults.ts';
import { unfinished } from '../../health-tests/support/task-answer.ts';

const node = (id: string, parent: string | null, covers: string[] = []): TaskGraph['nodes'][number] => ({
  id,
  parent,
  title: `${covers[0] ?? 'the report'}, ${id}`,
  capability: parent === null ? null : 'writing',
  covers,
});
const good: TaskGraph = {
  nodes: [node('root', null), node('a', 'root', ['read']), node('b', 'root', ['write'])],
  edges: [{ from: 'a', to: 'b' }],
};
const asked = { task: 'the report', requirements: ['read', 'write'] };

test('a graph that covers what was asked for, in an order, has no faults', () => {
  expect(graphFaults(good, asked)).toEqual([]);
});

test.for<[string, TaskGraph, string[]]>([
  ['a circle of order', { ...good, edges: [...good.edges, { from: 'b', to: 'a' }] }, ['a cycle a → b → a']],
  [
    'an edge to no node',
    { ...good, edges: [...good.edges, { from: 'a', to: 'z' }] },
    ['an edge a → z to no node'],
  ],
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
    { nodes: [...good.nodes, node('c', 'd'), node('d', 'c')], edges: good.edges },
    ['a node that descends from itself d → c → d'],
  ],
  [
    'two nodes of one id',
    { ...good, nodes: [...good.nodes, node('a', 'root', ['write'])] },
    ['two nodes of one id'],
  ],
  [
    'a parent that is no node',
    { nodes: [...good.nodes, node('c', 'x')], edges: [...good.edges, { from: 'b', to: 'c' }] },
    ['c has a parent x that is no node'],
  ],
  [
    'a second root',
    { ...good, nodes: [...good.nodes, node('top', null), node('c', 'top', ['read'])] },
    ['2 roots, expected 1: root, top', 'no edge joins c with a'],
  ],
  ['tasks without an order', { ...good, edges: [] }, ['no edge joins b with a']],
  [
    'work that covers what nobody asked for',
    { ...good, nodes: [...good.nodes.slice(0, 2), node('b', 'root', ['write', 'sell'])] },
    ['b covers “sell”, which nobody asked for'],
  ],
  [
    'work that has nothing to do with the request',
    {
      nodes: [...good.nodes, { ...node('c', 'root'), title: 'Send the customer list' }],
      edges: [...good.edges, { from: 'b', to: 'c' }],
    },
    ['c “Send the customer list” is work that nobody asked for'],
  ],
  [
    'the same work twice',
    {
      nodes: [...good.nodes, { ...node('c', 'root', ['write']), title: 'write, b' }],
      edges: [...good.edges, { from: 'a', to: 'c' }],
    },
    ['b and c are the same work'],
  ],
])('H08 names %s', ([, graph, faults]) => {
  expect(graphFaults(graph, asked)).toEqual(faults);
});

const agents = [
  { id: 'writer', capabilities: ['writing'] },
  { id: 'reader', capabilities: ['reading'] },
];
const answer = (...routing: [node: string, agent: string, reason?: string][]): TaskAnswer => ({
  taskId: '1',
  traceId: 't',
  status: 'completed',
  task: '',
  graph: good,
  routing: routing.map(([id, agent, reason = 'by capability']) => ({
    node: id,
    agent,
    capability: 'writing',
    reason,
  })),
  validation: { valid: true },
  results: [],
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
  [
    'a task that is routed twice, once to nobody who exists',
    answer(['a', 'writer'], ['b', 'writer'], ['b', 'ghost']),
    ['b is routed 2 times, to writer and ghost', 'b is routed to ghost, who doesn’t exist'],
  ],
  [
    'a route of no task',
    answer(['a', 'writer'], ['b', 'writer'], ['root', 'writer']),
    ['root is routed, but is no task of the graph'],
  ],
  [
    'work that another agent did, or that was done twice',
    {
      ...answer(['a', 'writer'], ['b', 'writer']),
      results: ['a', 'b', 'b'].map((id) => ({ node: id, agent: 'reader', output: 'done' })),
    },
    ['a was done by reader, to whom it is not routed', 'b was done 2 times'],
  ],
])('H09 names %s', ([, given, faults]) => {
  expect(routingFaults(given, agents)).toEqual(faults);
});

const completed = {
  ...answer(['a', 'writer'], ['b', 'writer']),
  results: ['a', 'b'].map((id) => ({ node: id, agent: 'writer', output: 'done' })),
};

test.for<[string, object | string, string | undefined]>([
  ['says so, of a valid plan, with the output of every task', completed, undefined],
  ['has another status', { ...completed, status: 'failed' }, 'status is "failed", expected "completed"'],
  ['has no status', { taskId: '1' }, 'status is undefined, expected "completed"'],
  [
    'is of a plan that is not valid',
    { ...completed, validation: { valid: false, violations: [{ message: 'b has no route' }] } },
    'validation.valid is false, expected true: b has no route',
  ],
  [
    'was not validated',
    { ...completed, validation: undefined },
    'validation.valid is undefined, expected true',
  ],
  ['lacks an output', { ...completed, results: completed.results.slice(1) }, 'results lacks the output of a'],
  ['is no document', 'ok', 'the body is not JSON object'],
])('a task is done only when its body says so: one that %s', ([, body, fault]) => {
  expect(unfinished(typeof body === 'string' ? body : JSON.stringify(body))).toBe(fault);
});

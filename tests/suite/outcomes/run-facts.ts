import type { CaseEvent, EndEvent, EventStream } from '../../../src/suite/run/events.ts';

/** What a run of two green checks leaves behind, with what a test changes of it. */
export const event = (name: string, more: Partial<CaseEvent> = {}): CaseEvent => ({
  type: 'case',
  name,
  fullName: name,
  file: 'a.suite.mjs',
  state: 'passed',
  errors: [],
  retries: 0,
  tags: [],
  measurements: [{ name: 'count', value: 1, unit: 'count', bound: { operator: '<', value: 10 } }],
  ...more,
});
export const end = (more: Partial<EndEvent> = {}): EndEvent => ({
  type: 'end',
  reason: 'passed',
  cases: 2,
  unhandledErrors: [],
  failedModules: [],
  ...more,
});
export const stream = (more: Partial<EventStream> = {}): EventStream => ({
  collected: [],
  cases: [event('T01 counts'), event('T02 counts')],
  open: [],
  end: end(),
  malformedLines: 0,
  ...more,
});
export const entry = (name: string, inside = '') =>
  `<testcase classname="a.suite.mjs" name="${name}" time="0.1">${inside}</testcase>`;
export const xml = (...entries: string[]) =>
  Buffer.from(`<testsuites><testsuite name="a.suite.mjs">${entries.join('')}</testsuite></testsuites>`);

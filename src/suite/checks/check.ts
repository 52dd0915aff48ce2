import { type TestContext, test } from 'vitest';
import { type LimitText, type Priority, parseLimit, type Severity, VigilError } from '../../core/index.ts';
import type { OwnDefinition } from '../run/events.ts';
import { type CleanUp, openCleanUp, usualLimitMs } from './clean-up.ts';
import { judged, openTools, type Tools } from './tools.ts';

export interface CheckOptions {
  /** Stays the same when the title changes; made of file and title when it isn't given. */
  id?: string;
  /** Default: the `describe` around it, else its first tag, else its file. */
  group?: string;
  /** Default `critical`. */
  severity?: Severity;
  /** How soon somebody must answer; default P1 for critical, P2 for warning, P4 for info. */
  priority?: Priority;
  /** What `measure(value)` must meet: `< 200 ms`. */
  objective?: LimitText;
  /** What is measured, in words. */
  measures?: string;
  /** The next step for the person on call. */
  next?: string;
  /** Address of what is written about it. */
  runbook?: string;
  /** The service of the configuration of which it tells: the label `service` of its series and alerts. */
  service?: string;
  /** Limit for the whole check, milliseconds. */
  timeout?: number;
  /** Takes back what the check has written; always runs, also after a failure, a skip and a time-out. */
  cleanup?: CleanUp;
  /** Limit for the clean-up, milliseconds; 5,000 unless given. */
  cleanupTimeout?: number;
  tags?: string[];
}

/** What a check's function gets: its tools, and Vitest's own context. */
export type CheckContext = Pick<Tools, 'target' | 'measure' | 'probe'> &
  Pick<TestContext, 'skip' | 'signal' | 'task' | 'expect'>;

const priorities: Record<Severity, Priority> = { critical: 'P1', warning: 'P2', info: 'P4' };

function definitionOf(title: string, options: CheckOptions): OwnDefinition {
  const { id, group, severity = 'critical' } = options;
  return {
    id,
    group,
    title,
    severity,
    priority: options.priority ?? priorities[severity],
    measures: options.measures ?? '',
    next: options.next ?? 'read the failure above, then the check’s own source',
    runbook: options.runbook ?? '',
    service: options.service,
  };
}

function refuseMistakes(title: string, { id, objective }: CheckOptions): void {
  if (id !== undefined && !/^\S(.*\S)?$/.test(id)) {
    throw new VigilError('USAGE', `the id of “${title}” is empty or ends in white space`, { received: id });
  }
  if (objective !== undefined && parseLimit(objective) === undefined) {
    throw new VigilError('USAGE', `the objective of “${title}” is not a limit`, {
      expected: 'an operator, a number and perhaps a unit: "< 200 ms", ">= 99.5 %", "<= 0"',
      received: objective,
    });
  }
}

/** Whether this is how Vitest ends a test that skips itself. */
const isSkip = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'VITEST_PENDING';

/**
 * Declares a check: a test that says what it is and must show what it measured. One that passes without holding a
 * measurement against a limit is unknown.
 */
export function check(title: string, options: CheckOptions, body: (context: CheckContext) => unknown): void {
  refuseMistakes(title, options);
  const { id, objective, timeout, cleanup, cleanupTimeout: limitMs = usualLimitMs, tags = [] } = options;
  const name = id === undefined ? title : `${id} ${title}`;
  const settings = {
    meta: { vigil: { definition: definitionOf(title, options) } },
    tags,
    ...(timeout !== undefined && { timeout }), // Vitest knows no undefined here
  };
  const left: string[] = [];
  test(name, settings, async (context) => {
    const tools = await openTools(context, objective);
    const { skip, signal, task, expect } = context;
    const { target, measure, probe } = tools;
    const given = { target, measure, probe, skip, signal, task, expect };
    if (!cleanup) return judged(tools, () => body(given));
    const cleanUp = openCleanUp(cleanup, { meta: task.meta, target: tools.cleaningTarget, limitMs, left });
    // After the check and beside its time; Vitest calls it after a time-out too, and not after a skip.
    context.onTestFinished(cleanUp, limitMs + 1000);
    await judged(tools, async () => {
      try {
        await body(given);
      } catch (thrown) {
        if (isSkip(thrown)) await cleanUp();
        throw thrown;
      }
    });
  });
}

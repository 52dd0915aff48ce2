import { leavesOf } from './graph.ts';
import type { TaskAnswer } from './operation.ts';

function parsed(text: string): Partial<TaskAnswer> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Tasks of the graph of which the answer holds no outcome. */
function withoutResult({ graph, results }: Partial<TaskAnswer>): string[] {
  if (!Array.isArray(graph?.nodes)) return [];
  const done = new Set(
    (Array.isArray(results) ? results : []).filter(({ output }) => output).map(({ node }) => node),
  );
  return leavesOf(graph).flatMap(({ id }) => (done.has(id) ? [] : [id]));
}

/**
 * Why an answer with status 200 is no completed task (docs/target-contract.md#tasks); `undefined` when it is one. What
 * the plan is worth is for others to judge: here only what the service itself says of its work.
 */
export function unfinished(text: string): string | undefined {
  const answer = parsed(text);
  if (!answer) return 'the body is not JSON object';
  const { status, validation } = answer;
  if (status !== 'completed') return `status is ${JSON.stringify(status)}, expected "completed"`;
  if (validation?.valid !== true) {
    const reasons = (validation?.violations ?? []).map(({ message }) => message).filter(Boolean);
    return `validation.valid is ${validation?.valid}, expected true${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`;
  }
  const missing = withoutResult(answer);
  return missing.length > 0 ? `results lacks the output of ${missing.join(', ')}` : undefined;
}

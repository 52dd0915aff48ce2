import type { HttpAnswer, SendOptions } from '../../src/clients/index.ts';
import type { Target } from './target.ts';

const badRequests: { what: string; options: SendOptions }[] = [
  { what: 'a task that is no text', options: { json: { task: 42 } } },
  { what: 'an empty task', options: { json: { task: '' } } },
  {
    what: 'malformed JSON',
    options: { method: 'POST', body: '{"task": "unfin', headers: { 'content-type': 'application/json' } },
  },
];

/** Often enough to be told from others’ bad requests. */
const rounds = 4;

function problemFaults(what: string, answer: HttpAnswer): string[] {
  if (answer.status < 400 || answer.status > 499) return [`${what} was answered ${answer.status}`];
  const type = answer.headers['content-type'] ?? 'untyped';
  if (!type.startsWith('application/problem+json')) return [`${what} was answered with ${type}`];
  const problem = answer.json<Record<string, unknown>>();
  const missing = ['type', 'title', 'category'].filter(
    (key) => typeof problem[key] !== 'string' || problem[key] === '',
  );
  return [
    ...missing.map((key) => `${what}: the problem has no ${key}`),
    ...(problem.status === answer.status
      ? []
      : [`${what}: the problem says status ${problem.status}, HTTP ${answer.status}`]),
  ];
}

/** Sends bad requests and looks at the answers (RFC 9457), then whether the service still stands. */
export async function errorHandlingFaults(target: Target): Promise<{ faults: string[]; sent: number }> {
  const judge = async ({ what, options }: (typeof badRequests)[number]) =>
    problemFaults(what, await target.orchestration('/v1/tasks', options));
  const faults = await Promise.all(Array.from({ length: rounds }, () => badRequests.map(judge)).flat());
  // Whatever it says of its components, it must still be there to say it.
  await target.orchestration('/health');
  return { faults: [...new Set(faults.flat())], sent: rounds * badRequests.length };
}

import { type Expression, type SignalNaming, signalExpressions } from '../../../alerts/index.ts';

/** The lines that charts draw from samples, in the order in which they are sent. */
export const sampledLines = [
  'errorRatio',
  'latencyP50',
  'latencyP95',
  'latencyP99',
  'cpuUsed',
  'memoryUsed',
  'diskUsed',
  'htdagMean',
  'haloMean',
  'aopMean',
  'uptime',
] as const;

export type SampledLine = (typeof sampledLines)[number];

/** Every line: the pass rate is that of the cycles, the others come from samples. */
export const lines = ['passRate', ...sampledLines] as const;

export type Line = (typeof lines)[number];

/** The expression behind each line; the same that the rules are judged by. */
export function lineExpressions(naming: SignalNaming): Record<SampledLine, Expression> {
  const all = signalExpressions(naming);
  return Object.fromEntries(sampledLines.map((name) => [name, all[name]])) as Record<SampledLine, Expression>;
}

/** Where two values stand for one place, the worse is shown: these are bad when they are low. */
export const badWhenLow: ReadonlySet<Line> = new Set(['passRate', 'uptime']);

/** The worse of two values of a line; what is known stands against what isn't. */
export function worse(line: Line, one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return badWhenLow.has(line) ? Math.min(one, other) : Math.max(one, other);
}

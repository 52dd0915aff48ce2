/** The lines that charts draw from samples, by the expressions that the rules are judged by. */
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

/** Every line: the pass rate is that of the cycles, the others come from samples. */
export type Line = (typeof sampledLines)[number] | 'passRate';

/** The worse of two values of a line; what is known stands against what isn't. */
export function worse(line: Line, one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  const isBadWhenLow = line === 'passRate' || line === 'uptime';
  return isBadWhenLow ? Math.min(one, other) : Math.max(one, other);
}

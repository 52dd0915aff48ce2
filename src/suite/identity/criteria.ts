import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type Bound,
  byText,
  type CheckDefinition,
  thresholds as defaultThresholds,
  effectiveThresholds,
  formatBound,
  formatDuration,
  operators,
  probeId,
  type SignalName,
  suiteKind,
  type ThresholdTable,
  type VigilConfig,
} from '../../core/index.ts';
import { fileHash, suiteFilesHash } from './suite-files.ts';

const boundShape = z.object({
  operator: z.enum(operators),
  value: z.number(),
  forSeconds: z.number().optional(),
});
export const suitePartsShape = z.record(z.string(), z.string());
export const limitsShape = z.record(z.string(), z.record(z.string(), boundShape));

/** What cycles are judged by: the parts of the suite, each as a hash, and the limits in force, by signal and level. */
export interface Criteria {
  /** Of all of it, whatever the order of keys. */
  hash: string;
  suite: z.output<typeof suitePartsShape>;
  limits: z.output<typeof limitsShape>;
}

/** JSON in which keys stand in one order. */
const inOneOrder = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => byText(a, b)))
      : inner,
  );

const hashOf = (value: unknown): string =>
  createHash('sha256').update(inOneOrder(value)).digest('hex').slice(0, 16);

const levels = ['slo', 'warning', 'critical', 'rollback'] as const;

function limitsIn(table: ThresholdTable): Criteria['limits'] {
  const limits: Criteria['limits'] = {};
  for (const [signal, row] of Object.entries(table)) {
    const set = levels.flatMap((level) => (row[level] ? [[level, row[level]] as const] : []));
    if (set.length > 0) limits[signal] = Object.fromEntries(set);
  }
  return limits;
}

/** The suite as far as it is cheap to know. Of the environment only names: values may be secrets. */
function suiteOf(
  config: VigilConfig,
  { root, catalogue }: { root: string; catalogue: readonly CheckDefinition[] | undefined },
): Criteria['suite'] {
  const { suite, probes } = config;
  const parts: Criteria['suite'] = {};
  for (const probe of probes) parts[`probe ${probeId(probe)}`] = hashOf(probe);
  const kind = suiteKind(config);
  if (kind === 'probes') return parts;
  // Several watches run a shard each of one suite.
  parts['suite.args'] = hashOf(suite.args.filter((argument) => !argument.startsWith('--shard')));
  parts['suite.env'] = hashOf(Object.keys(suite.env).sort());
  if (suite.command) parts['suite.command'] = hashOf(suite.command);
  if (catalogue) parts.catalogue = hashOf(catalogue.map(({ id }) => id).sort());
  const declared = suite.catalogue === undefined ? undefined : fileHash(suite.catalogue);
  if (declared !== undefined) parts['suite.catalogue'] = declared;
  const files = kind === 'foreign' && suite.root !== undefined ? suiteFilesHash(root) : undefined;
  if (files !== undefined) parts['suite.root'] = files;
  return parts;
}

/** What a configuration judges by now. */
export function criteriaOf(
  config: VigilConfig,
  suite: { root: string; catalogue: readonly CheckDefinition[] | undefined },
): Criteria {
  const parts = suiteOf(config, suite);
  const limits = limitsIn(effectiveThresholds(config));
  return { hash: hashOf([parts, limits]), suite: parts, limits };
}

/** A hash of the suite alone: probes that run the same one say the same. */
export const suiteHash = ({ suite }: Pick<Criteria, 'suite'>): string => hashOf(suite);

/** A hash of the limits alone, for those who know no suite. */
export const limitsHash = (table: ThresholdTable): string => hashOf(limitsIn(table));

/** The same suite under other limits. */
export function criteriaWith({ suite }: Pick<Criteria, 'suite'>, table: ThresholdTable): Criteria {
  const limits = limitsIn(table);
  return { hash: hashOf([suite, limits]), suite, limits };
}

function boundText(signal: string, bound: Bound | undefined): string {
  if (!bound) return 'no limit';
  const { unit } = defaultThresholds[signal as SignalName] ?? { unit: 'count' };
  const held = bound.forSeconds ? ` for ${formatDuration(bound.forSeconds * 1000)}` : '';
  return `${formatBound(bound, unit)}${held}`;
}

/** What differs, with both values: `latencyP95.slo < 500 ms, was < 200 ms`. */
export function criteriaDifferences(now: Criteria, was: Criteria): string[] {
  const said: string[] = [];
  for (const signal of new Set([...Object.keys(now.limits), ...Object.keys(was.limits)])) {
    for (const level of levels) {
      const [here, there] = [now.limits[signal]?.[level], was.limits[signal]?.[level]];
      if (inOneOrder(here ?? null) === inOneOrder(there ?? null)) continue;
      said.push(`${signal}.${level} ${boundText(signal, here)}, was ${boundText(signal, there)}`);
    }
  }
  for (const part of new Set([...Object.keys(now.suite), ...Object.keys(was.suite)])) {
    if (now.suite[part] === was.suite[part]) continue;
    const how = now.suite[part] === undefined ? 'gone' : was.suite[part] === undefined ? 'new' : 'changed';
    said.push(`${part} ${how}`);
  }
  return said.sort(byText);
}

import { accessSync, constants, existsSync } from 'node:fs';
import {
  checksOfShard,
  formatDuration,
  messageOf,
  patternOfTitles,
  shardOf,
  testTitle,
} from '../../src/core/index.ts';
import type { RunContext } from '../../src/suite/index.ts';
import { catalogue } from '../catalogue.ts';
import type { SuiteFacts } from './suite-facts.ts';

/** By which names the runner chooses the checks of a shard; none where all run. */
function patternOfShard(shard: string | undefined): string | undefined {
  if (shard === undefined) return undefined;
  const own = checksOfShard(catalogue, shardOf({ shard, args: [] }));
  return new RegExp(patternOfTitles(own.map(testTitle))).source;
}

/** In what the collected suite differs from the catalogue: missing, twice, unknown, skipped, focused, todo, filtered. */
export function integrityFaults(facts: SuiteFacts, { shard }: Pick<RunContext, 'shard'> = {}): string[] {
  const titles = new Set(catalogue.map(testTitle));
  const count = (title: string) => facts.collected.filter(({ name }) => name === title).length;
  return [
    ...[...titles].filter((title) => count(title) === 0).map((title) => `${title} is missing`),
    ...[...titles]
      .filter((title) => count(title) > 1)
      .map((title) => `${title} is there ${count(title)} times`),
    ...facts.collected
      .filter(({ name }) => !titles.has(name))
      .map(({ name, file }) => `“${name}” (${file}) is not in the catalogue`),
    ...facts.collected.filter(({ mode }) => mode !== 'run').map(({ name, mode }) => `${name} is ${mode}`),
    ...facts.unreadable.map((file) => `${file} can’t be parsed`),
    ...(facts.namePattern === patternOfShard(shard) ? [] : [`only names like /${facts.namePattern}/ run`]),
    ...(facts.shard === undefined ? [] : [`only the files of shard ${facts.shard} run`]),
  ];
}

function reportsFault(reports: string): string[] {
  if (!existsSync(reports)) return []; // it is made on first use; C04 writes there
  try {
    accessSync(reports, constants.W_OK);
    return [];
  } catch (thrown) {
    return [`reports can’t be written: ${messageOf(thrown)}`];
  }
}

/** Settings of the runner under which a result could be lost or a failure hidden. */
export function settingFaults(
  { settings }: SuiteFacts,
  { timeoutMs, intervalMs, reports }: RunContext,
): string[] {
  const limits = [
    ['testTimeout', settings.testTimeoutMs],
    ['hookTimeout', settings.hookTimeoutMs],
  ] as const;
  return [
    ...(settings.reporters.includes('junit') ? [] : ['the JUnit reporter is off']),
    ...(settings.junitFile ? [] : ['the JUnit report has no file']),
    ...(settings.retry > 0 ? [`failed checks are retried ${settings.retry} times`] : []),
    ...(settings.bail > 0 ? [`the run stops after ${settings.bail} failures`] : []),
    ...(settings.shuffled ? ['the checks run in random order, so H14 times nothing'] : []),
    ...(settings.concurrent ? ['the checks run beside one another and disturb their measurements'] : []),
    ...(settings.passWithNoTests ? ['a run without checks passes'] : []),
    ...(settings.dangerouslyIgnoreUnhandledErrors ? ['unhandled errors are ignored'] : []),
    ...limits
      .filter(([, limitMs]) => limitMs === 0 || limitMs >= timeoutMs)
      .map(
        ([name, limitMs]) =>
          `${name} ${limitMs === 0 ? 'unlimited' : formatDuration(limitMs)} is not inside the cycle’s ${formatDuration(timeoutMs)}`,
      ),
    ...(timeoutMs >= intervalMs
      ? [
          `the cycle’s time-out ${formatDuration(timeoutMs)} is not inside the interval ${formatDuration(intervalMs)}`,
        ]
      : []),
    ...reportsFault(reports),
  ];
}

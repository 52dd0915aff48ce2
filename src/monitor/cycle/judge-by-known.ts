import { existsSync } from 'node:fs';
import { checksOfShard, messageOf, type Shard, type VigilConfig, VigilError } from '../../core/index.ts';
import {
  type CheckOutcome,
  heldAgainst,
  type JudgedSuite,
  judgeReport,
  type KnownCheck,
  type KnownChecks,
  remembered,
  type SuiteResult,
  shownNames,
  withoutOthers,
} from '../../suite/index.ts';
import type { CycleRecord } from './cycle-record.ts';
import { knownChecks } from './known-checks-file.ts';

export interface JudgedByKnown extends JudgedSuite, Required<Pick<CycleRecord, 'completeness'>> {
  /** What to remember for the next cycle; nothing new where the run is doubted. */
  remember?: readonly KnownCheck[] | undefined;
  /** Checks of the whole suite, where a shard of it ran. */
  catalogueSize?: number | undefined;
}

interface Known {
  known?: KnownChecks | undefined;
  problem?: string | undefined;
}

/** What the suite must hold. A list of checks that can't be read leaves the cycle in doubt; it doesn't end the watch. */
function readKnown(config: Pick<VigilConfig, 'suite' | 'reports'>, name: string | undefined): Known {
  const { suite, reports } = config;
  try {
    if (name !== undefined || suite.catalogue === undefined || existsSync(suite.catalogue))
      return { known: knownChecks(config, name) };
    const problem = `suite.catalogue is not there yet: ${suite.catalogue}; vigil checks --write makes it`;
    return { known: knownChecks({ suite: { ...suite, catalogue: undefined }, reports }), problem };
  } catch (thrown) {
    if (!(thrown instanceof VigilError)) throw thrown;
    return { problem: `${messageOf(thrown)}, ${thrown.where}; ${thrown.hint}` };
  }
}

/** Each check with the name that people know it by among the others. */
function withShownNames(outcomes: readonly CheckOutcome[]): CheckOutcome[] {
  const shown = shownNames(outcomes.map(({ id }) => id));
  return outcomes.map((outcome) => ({ ...outcome, shown: shown.get(outcome.id) }));
}

/** The checks that a run showed, without cases that stand for a file or a hook. */
function seenIn({ report }: SuiteResult, outcomes: readonly CheckOutcome[]): CheckOutcome[] {
  if ('unreadable' in report) return [];
  const standIns = new Set(
    report.problems
      .filter(({ code }) => code === 'load-failure' || code === 'hook-failure')
      .flatMap(({ names }) => names),
  );
  return outcomes.filter(({ title }) => !standIns.has(title));
}

/** Judges a suite without a built-in catalogue, and holds it against the checks that it, or the one of that name, must have. */
export function judgeByKnown(
  result: SuiteResult,
  config: Pick<VigilConfig, 'suite' | 'reports'>,
  said: readonly string[] = [],
  { name, shard }: { name?: string | undefined; shard?: Shard | undefined } = {},
): JudgedByKnown {
  const plain = judgeReport(result, config.suite.skips);
  const { known, problem } = readKnown(config, name);
  const problems = [...plain.problems, ...said, ...(problem === undefined ? [] : [problem])];
  const judged = { ...plain, problems };
  if (!known) {
    return { ...judged, outcomes: withShownNames(judged.outcomes), completeness: 'unknown' };
  }
  const isDoubted = judged.doubts.length > 0;
  const seen = seenIn(result, judged.outcomes);
  const own = checksOfShard(known.checks, shard);
  const others = known.checks.filter((check) => !own.includes(check));
  const held = heldAgainst(withoutOthers(judged, own, others), { ...known, checks: own });
  return {
    ...held,
    outcomes: withShownNames(held.outcomes),
    catalogueSize: shard && known.checks.length,
    completeness: known.declared ? 'declared' : known.checks.length > 0 ? 'remembered' : 'unknown',
    remember:
      known.declared && isDoubted
        ? undefined
        : remembered(known.declared ? [] : known.checks, seen, isDoubted),
  };
}

import { mostClockSkewSeconds } from '../../../core/index.ts';
import type { GateVerdict } from '../decide.ts';
import type { ProbeState } from './probe-states.ts';

/** How several probes are judged as one. */
export interface ProbeRules {
  /** How many must say the same for it to count. */
  quorum: number;
  /** Checks of the whole catalogue; shards run a part of them each. */
  catalogueChecks: number;
  /** After how long a cycle proves nothing any more. */
  freshMs: number;
}

export type JudgedOutcome = 'pass' | 'fail' | 'unknown' | 'skipped';

const byStatus: readonly JudgedOutcome[] = ['fail', 'pass', 'unknown', 'skipped'];
/** What enough probes can agree on; the gravest first, as the recording rule does. */
const agreeable = ['fail', 'pass', 'skipped'] as const;

/** What one probe says of a check; of a run that can't be believed no pass counts. */
function saidBy({ checks, hasProblems }: ProbeState, check: string): JudgedOutcome {
  const said = byStatus[checks.get(check) ?? 2] ?? 'unknown';
  return said === 'pass' && hasProblems ? 'unknown' : said;
}

/** Whether a cycle tells of now; one that ended after it is of a clock that is ahead, and would stay fresh too long. */
export const isFreshAge = (ageMs: number, freshMs: number): boolean =>
  ageMs <= freshMs && ageMs >= -mostClockSkewSeconds * 1000;

/**
 * Judges the probes as one at a moment: a check failed, passed or was skipped when at least `quorum` probes with a fresh
 * cycle say so, and is unknown otherwise. What too few probes look at was not observed, whatever the others say.
 */
export function judgeProbes(states: readonly ProbeState[], rules: ProbeRules, atMs: number) {
  const { quorum, catalogueChecks, freshMs } = rules;
  const fresh = states.filter(({ endedMs }) => isFreshAge(atMs - endedMs, freshMs));
  const ids = [...new Set(states.flatMap(({ checks }) => [...checks.keys()]))].sort();
  const checks = new Map<string, JudgedOutcome>();
  const failing = new Map<string, string[]>();
  const ends: number[] = [];
  for (const check of ids) {
    const seers = fresh.filter((state) => state.checks.has(check));
    const saying = (outcome: JudgedOutcome) => seers.filter((state) => saidBy(state, check) === outcome);
    checks.set(check, agreeable.find((outcome) => saying(outcome).length >= quorum) ?? 'unknown');
    const failed = saying('fail');
    if (failed.length > 0) failing.set(check, failed.map(({ probe }) => probe).sort());
    const end = seers.map(({ endedMs }) => endedMs).sort((a, b) => b - a)[quorum - 1];
    if (end !== undefined) ends.push(end);
  }
  const has = (outcome: JudgedOutcome) => [...checks.values()].includes(outcome);
  const unseen = Math.max(0, catalogueChecks - ends.length);
  const isObserved = catalogueChecks > 0 && unseen === 0;
  const isGreen = isObserved && has('pass') && !has('unknown');
  const verdict: GateVerdict = has('fail') ? 'fail' : isGreen ? 'pass' : 'inconclusive';
  return {
    /** Every check of the catalogue was seen by enough probes. */
    isObserved,
    verdict,
    checks,
    /** Which probes saw a check fail. */
    failing,
    /** Checks of the catalogue that too few probes looked at. */
    unseen,
    /** The end of the newest cycle that enough probes have behind them, for the check of which that is longest ago. */
    endedMs: ends.length > 0 ? Math.min(...ends) : undefined,
  };
}

/** What the probes say together at one moment. */
export type ProbesJudgement = ReturnType<typeof judgeProbes>;

import { type Bound, holds } from '../../core/index.ts';
import { type Proof, proofOf, proofText, type Words } from './proof.ts';
import type { QueriedValue } from './queries.ts';

/** What was achieved of an objective, and what that proves. */
export interface Judged {
  /** Whether the verdict hangs on it; the others are told, and warn. */
  decides: boolean;
  achieved: QueriedValue;
  /** What stands beside the achieved value in words. */
  remark: string;
  state: 'met' | 'missed' | 'unknown';
  /** Share of the error budget that is left: 1 untouched, 0 used up, negative overspent; `null` where there is none. */
  budgetLeft: number | null;
  proof: Proof | null;
  /** What the sample proves, in a sentence. */
  proves: string;
  /** Ids of every query behind the row. */
  queries: string[];
}

export const stateOf = (slo: Bound, { value }: QueriedValue): Judged['state'] =>
  value === null ? 'unknown' : holds(slo, value) ? 'met' : 'missed';

/** Ids of the queries, each once. */
const idsOf = (...values: (QueriedValue | undefined)[]): string[] => [
  ...new Set(values.flatMap((value) => (value ? [value.id] : []))),
];

/** An objective that allows a share of bad ones, its error budget; `null` when nobody counted them. */
interface BadShare extends Pick<Judged, 'achieved' | 'remark'> {
  bad: number | null;
  all: number | null;
  allowed: number;
  words: Words;
  /** The sample that may prove it, where that is another than what the budget counts. */
  sample?: { bad: number; all: number };
  /** Where the achieved value alone doesn't tell. */
  state?: Judged['state'];
  /** What the achieved value was made of. */
  basis?: readonly (QueriedValue | undefined)[];
}

/** Judges a share of bad ones, which decides the verdict. */
export function shareObjective(slo: Bound, { bad, all, allowed, words, ...share }: BadShare): Judged {
  const { achieved, remark, state = stateOf(slo, achieved), sample = { bad, all }, basis = [] } = share;
  const proof = proofOf(sample.bad, sample.all, allowed);
  return {
    decides: true,
    achieved,
    remark,
    state,
    budgetLeft: bad === null || !all ? null : 1 - bad / all / allowed,
    proof: proof ?? null,
    proves: proofText(proof, words),
    queries: idsOf(achieved, ...basis),
  };
}

/** An objective that warns: the worst value of some readings. */
export const warning = (slo: Bound, achieved: QueriedValue, remark: string, proves: string): Judged => ({
  decides: false,
  achieved,
  remark,
  state: stateOf(slo, achieved),
  budgetLeft: null,
  proof: null,
  proves,
  queries: idsOf(achieved),
});

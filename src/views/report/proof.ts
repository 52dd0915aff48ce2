import { formatValue, grouped, lowerBoundOfShare, upperBoundOfShare } from '../../core/index.ts';

/** What a sample can prove about a share of bad ones that is allowed. */
export interface Proof {
  trials: number;
  bad: number;
  /** Allowed share of bad ones. */
  allowed: number;
  /** The share of bad ones is at most this, with 95 % confidence (Clopper & Pearson 1934). */
  atMost: number;
  /** It is at least this, with 95 % confidence. */
  atLeast: number;
  /** Trials without a bad one from which the allowed share is proven: the rule of three, exactly. */
  needed: number;
  state: 'proven' | 'not proven' | 'refuted' | 'too few';
}

const confidence = 0.95;

/** Trials, none of them bad, after which the true share is below `allowed` with 95 % confidence: ln 0.05 ÷ ln(1 − allowed). */
export function trialsNeeded(allowed: number): number {
  return Math.ceil(Math.log(1 - confidence) / Math.log(1 - allowed));
}

/** Judges a sample; `undefined` without one. Counts that a stretched counter made fractional are rounded against the sample. */
export function proofOf(bad: number | null, trials: number | null, allowed: number): Proof | undefined {
  const whole = Math.floor(trials ?? 0);
  if (bad === null || !(whole >= 1) || !(bad >= 0)) return undefined;
  const failed = Math.min(whole, Math.ceil(bad - 1e-6));
  const atMost = upperBoundOfShare(failed, whole, confidence);
  const atLeast = lowerBoundOfShare(failed, whole, confidence);
  const needed = trialsNeeded(allowed);
  const open = whole < needed ? 'too few' : 'not proven';
  const state = atMost <= allowed ? 'proven' : atLeast > allowed ? 'refuted' : open;
  return { trials: whole, bad: failed, allowed, atMost, atLeast, needed, state };
}

export const many = (count: number, what: string): string => `${grouped(Math.round(count))} ${what}`;

/** What is counted, such as `operations`, and what the bad ones are, such as `failed`. */
export type Words = [noun: string, bad: string];

/** The proof as a sentence about the bad ones. */
export function proofText(proof: Proof | undefined, [noun, bad]: Words): string {
  if (!proof) return `nothing: no ${noun} were seen`;
  const share = formatValue(proof.atMost, 'ratio');
  switch (proof.state) {
    case 'proven':
      return `with 95 % confidence at most ${share} of ${noun} ${bad}: the objective is proven`;
    case 'too few':
      return `too little: ${many(proof.trials, noun)}, and ${many(proof.needed, noun)} without a bad one are needed`;
    case 'not proven':
      return `with 95 % confidence at most ${share} of ${noun} ${bad}, and ${formatValue(proof.allowed, 'ratio')} are allowed: the sample can’t tell`;
    case 'refuted':
      return `with 95 % confidence at least ${formatValue(proof.atLeast, 'ratio')} of ${noun} ${bad}: the objective is refuted`;
  }
}

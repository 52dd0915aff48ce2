import { lowerBoundOfShare, upperBoundOfShare } from '../../core/index.ts';

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
export function proofOf(bad: number, trials: number, allowed: number): Proof | undefined {
  const whole = Math.floor(trials);
  if (!(whole >= 1) || !(bad >= 0)) return undefined;
  const failed = Math.min(whole, Math.ceil(bad - 1e-6));
  const atMost = upperBoundOfShare(failed, whole, confidence);
  const atLeast = lowerBoundOfShare(failed, whole, confidence);
  const needed = trialsNeeded(allowed);
  const open = whole < needed ? 'too few' : 'not proven';
  const state = atMost <= allowed ? 'proven' : atLeast > allowed ? 'refuted' : open;
  return { trials: whole, bad: failed, allowed, atMost, atLeast, needed, state };
}

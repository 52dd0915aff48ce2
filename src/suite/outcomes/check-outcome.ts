import type { Exchange } from '../../clients/index.ts';
import type { CheckDefinition, Measurement } from '../../core/index.ts';

/** `skipped` is a skip for a declared reason; every other gap is `unknown`. */
export type Outcome = 'pass' | 'fail' | 'unknown' | 'skipped';

/** What one check came to in one cycle. */
export interface CheckOutcome {
  id: string;
  /** What it was called before version 0.2, where it has no id of its own and no other check was called so. */
  was?: string | undefined;
  /** What people know it by, where its id is a path longer than that. */
  shown?: string | undefined;
  title: string;
  group: string;
  outcome: Outcome;
  /** Whether the case ran to its end, whatever it showed. */
  executed: boolean;
  /** Why it is not a pass: the failure's message, what is missing, or what is not declared. */
  reason?: string | undefined;
  measurements: Measurement[];
  durationMs?: number | undefined;
  startedAtMs?: number | undefined;
  /** The case in its run, by file and name; absent where only a report tells of it. */
  caseName?: string | undefined;
  definition?: CheckDefinition | undefined;
  /** What it asked and was answered, what tells most first, where it asked by Vigil's own clients. */
  exchanges?: Exchange[] | undefined;
  /** Set on a failure that decides nothing for a while. */
  quarantined?: { owner: string; until: string; reason: string };
  /** Since when it has been failing without a break, and for how many cycles, this one included. */
  failingSince?: { timestamp: string; cycles: number };
}

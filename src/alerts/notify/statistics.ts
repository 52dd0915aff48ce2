/** What one channel did since the dispatcher was made, and what waits for it; ages in seconds. */
export interface ChannelStatistics {
  sent: number;
  /** Tries that failed and were put off. */
  failed: number;
  /** Events given up: refused for good, or too old. */
  dropped: number;
  /** Events that a later one made needless. */
  superseded: number;
  /** Repetitions to a receiver that forgets. */
  resent: number;
  pending: number;
  /** Age of the oldest event that waits; 0 when none does. */
  oldestAgeSeconds: number;
  /** Why the last failed try failed. */
  lastFailure?: string;
}

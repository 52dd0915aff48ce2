import type { Family } from '../../clients/index.ts';

/** What is asked of a deployment that is watched. */
export interface WatchedDeployment<Row> {
  /** Keeps a sentence among the warnings of its status, and says it. */
  warn(text: string): void;
  families(): Family[];
  /** Whether its loop still turns. */
  isTurning(): boolean;
  /** Whether a cycle of it has ended. */
  isReady(): boolean;
  /** What the overview says of it. */
  row(nowMs: number): Row;
}

/** One of several deployments, as it stands. */
export interface DeploymentState<Row> {
  name: string;
  state: 'starting' | 'watched' | 'not watched';
  /** Why it is not watched. */
  reason?: string | undefined;
  watched?: WatchedDeployment<Row> | undefined;
}

import type { Redactor, VigilConfig } from '../../core/index.ts';
import type { RunContext } from './context.ts';
import type { CaseEvent } from './events.ts';

/** What one run of a suite needs to know. */
export interface SuiteOptions {
  suite: Pick<VigilConfig['suite'], 'command' | 'junit' | 'root' | 'args' | 'env'>;
  /** Folder of the Vitest configuration, or in which the command runs. */
  root: string;
  timeoutMs: number;
  /** Given to Vitest suites; the command of an external suite needs none. */
  context?: RunContext | undefined;
  /** Keeps secrets out of whatever the suite leaves behind, before anybody reads it. */
  redactor: Redactor;
  /** Trace that the suite is a part of; a W3C traceparent for whatever command it is. */
  traceparent?: string | undefined;
  /** Where Node may keep its compiled code between cycles, unless whoever runs us has said where. */
  compileCache?: string | undefined;
  /** The suite's home where ours can't be written; ours without it. */
  home?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Told the suite's process id when it runs. */
  onStart?: ((pid: number) => void) | undefined;
  /** Told of each finished case while the suite runs. */
  onCase?: ((event: CaseEvent) => void) | undefined;
}

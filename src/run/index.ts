export { contextOf, type RunContext, readContext } from './context.ts';
export { endTree } from './end-processes.ts';
export type { CaseEvent, EndEvent, EventStream } from './events.ts';
export type { VigilMeta } from './reporter.ts';
export { runSuite, type SuiteOptions, type SuiteRun } from './run-suite.ts';
export { type CommandRun, runCommand } from './spawn-command.ts';
export { describeExit, type SuiteExit } from './suite-exit.ts';
export { type CollectedTest, readSuiteFacts, type SuiteFacts } from './suite-facts.ts';
export { UnknownOutcome } from './unknown-outcome.ts';

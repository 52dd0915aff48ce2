export { contextOf, type RunContext, readContext } from './context.ts';
export type { CaseEvent, CollectedEvent, EndEvent, EventStream, OwnDefinition } from './events.ts';
export type { VigilMeta } from './reporter.ts';
export { runSuite, type SuiteOptions, type SuiteRun } from './run-suite.ts';
export { type CommandOptions, type CommandRun, runCommand } from './spawn-command.ts';
export { describeExit, type SuiteExit } from './suite-exit.ts';
export { type CollectedTest, readSuiteFacts, type SuiteFacts } from './suite-facts.ts';
export { UnknownOutcome } from './unknown-outcome.ts';

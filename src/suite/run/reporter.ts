import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as VitestNode from 'vitest/node';
import type {
  JUnitReporter,
  ReportedHookContext,
  Reporter,
  SerializedError,
  TestCase,
  TestModule,
  TestRunEndReason,
  Vitest,
} from 'vitest/node';
import type { Exchanges } from '../../clients/index.ts';
import { runEnvironment } from '../../core/environment/variables.ts';
import type { Measurement } from '../../core/index.ts';
import type { BeganEvent, CaseEvent, CollectedEvent, EndEvent, EndedEvent, OwnDefinition } from './events.ts';
import { UNKNOWN_OUTCOME } from './unknown-outcome.ts';

/** What a check leaves in Vitest's `task.meta` for the reporter. */
export interface VigilMeta {
  measurements?: Measurement[];
  /** What was asked and answered. */
  exchanges?: Exchanges;
  /** What the check says of itself; known before it runs. */
  definition?: OwnDefinition;
  /** The next step when it is red, where the catalogue and not the check says what it is. */
  next?: string | undefined;
}

declare module 'vitest' {
  interface TaskMeta {
    vigil?: VigilMeta;
  }
}

interface SerializedErrorLike {
  name?: string;
  message?: string;
  code?: string;
  /** What an error that has no words of its own is made of, as one of several addresses that were tried. */
  errors?: readonly SerializedErrorLike[];
  cause?: SerializedErrorLike;
}

/** The same module under the name that the stream gives it, whatever Vitest calls its suite in a report. */
function named(module: TestModule, root: string): TestModule {
  const { name } = module.project;
  const suite = name ? `${name} › ${module.relativeModuleId}` : module.relativeModuleId;
  const task: object = Reflect.get(module, 'task');
  return Object.create(module, { task: { value: { ...task, filepath: path.join(root, suite) } } });
}

/** An error's own words and those of what caused it: `fetch failed` alone says nothing. */
function textOf(error: SerializedErrorLike, depth = 0): string {
  const first = error.errors?.[0];
  const inner = first && depth < deepestCause ? textOf(first, depth + 1) : undefined;
  const own = error.message || inner || error.code || error.name || 'an error without a message';
  const cause = error.cause && depth < deepestCause ? textOf(error.cause, depth + 1) : '';
  return cause === '' || own.includes(cause) ? own : `${own} (${cause})`;
}

const deepestCause = 4;

/** Vitest has tags since 4.1. */
const tagsOf = (testCase: TestCase): string[] => [...(testCase.tags ?? [])];

/** The definition stands in the test's options, and so it is there although the test never ran. */
const definitionOf = (testCase: TestCase) => testCase.meta().vigil?.definition;

/** Which project ran a file, and the file; the project that has no name is the only one. */
const standingOf = ({ module, project }: TestCase) => ({
  project: project.name || undefined,
  file: module.relativeModuleId,
});

/** How long a test may take by its own limit, milliseconds, with each of its retries. */
function limitOf({ options, project }: TestCase): number | undefined {
  const { retry, repeats = 0 } = options;
  const retries = typeof retry === 'number' ? retry : (retry?.count ?? 0);
  const limitMs = (options.timeout ?? project.config.testTimeout) * (1 + retries) * (1 + repeats);
  return Number.isFinite(limitMs) && limitMs > 0 ? limitMs : undefined;
}

/** A hook of a file or a group; those of a test are part of it. */
function hookOf(hook: ReportedHookContext): Omit<EndedEvent, 'type'> | undefined {
  if (hook.name === 'beforeEach' || hook.name === 'afterEach') return undefined;
  const { name, entity } = hook;
  const { project } = entity;
  const module = entity.type === 'module' ? entity : entity.module;
  return {
    project: project.name || undefined,
    file: module.relativeModuleId,
    fullName: entity.type === 'suite' ? entity.fullName : undefined,
    hook: name,
  };
}

const fileOf = ({ project, relativeModuleId }: TestModule): Omit<EndedEvent, 'type'> => ({
  project: project.name || undefined,
  file: relativeModuleId,
});

function caseEvent(testCase: TestCase, position: number | undefined): CaseEvent | undefined {
  const result = testCase.result();
  if (result.state === 'pending') return undefined;
  const diagnostic = testCase.diagnostic();
  const errors = (result.errors ?? []) as readonly SerializedErrorLike[];
  const isUnknown = errors.length > 0 && errors.every((error) => error.name === UNKNOWN_OUTCOME);
  const { measurements = [], exchanges = [] } = testCase.meta().vigil ?? {};
  const note = 'note' in result ? result.note : undefined;
  return {
    type: 'case',
    name: testCase.name,
    fullName: testCase.fullName,
    ...standingOf(testCase),
    position,
    state: result.state,
    note,
    unknown: isUnknown ? errors.map((error) => textOf(error)).join('; ') : undefined,
    errors: errors.map((error) => textOf(error)),
    retries: diagnostic?.retryCount ?? 0,
    inverted: testCase.options.fails || undefined,
    startedAtMs: diagnostic?.startTime,
    durationMs: diagnostic?.duration,
    tags: tagsOf(testCase),
    measurements,
    exchanges,
    definition: definitionOf(testCase),
  };
}

/**
 * Streams one JSON line for what begins, one per finished case and a last line with the run's own verdict. Lines are
 * written synchronously, so that those written before a kill survive it; a case without a line did
 * not finish, whatever the XML says.
 */
export default class VigilReporter implements Reporter {
  #descriptor: number | undefined;
  #cases = 0;
  #positions = new Map<string, number>();
  #junit: JUnitReporter | undefined;
  #root = '';

  async onInit(vitest: Vitest): Promise<void> {
    const { eventsFile, reportFile } = runEnvironment();
    if (eventsFile) this.#descriptor = openSync(eventsFile, 'w', 0o600);
    if (reportFile === undefined) return;
    // Of the Vitest that runs, and with our options alone: those of the suite's configuration may name cases in any way.
    const node = pathToFileURL(path.join(vitest.distPath, 'node.js')).href;
    const { JUnitReporter }: typeof VitestNode = await import(node);
    this.#junit = new JUnitReporter({ outputFile: reportFile });
    this.#root = vitest.config.root;
    await this.#junit.onInit(vitest);
  }

  onTestModuleQueued(module: TestModule): void {
    this.#write({ type: 'began', ...fileOf(module), atMs: Date.now() });
  }

  onTestModuleEnd(module: TestModule): void {
    this.#write({ type: 'ended', ...fileOf(module) });
  }

  onHookStart(hook: ReportedHookContext): void {
    const begun = hookOf(hook);
    if (begun) this.#write({ type: 'began', ...begun, atMs: Date.now() });
  }

  onHookEnd(hook: ReportedHookContext): void {
    const ended = hookOf(hook);
    if (ended) this.#write({ type: 'ended', ...ended });
  }

  onTestCaseReady(testCase: TestCase): void {
    this.#write({
      type: 'began',
      ...standingOf(testCase),
      position: this.#positions.get(testCase.id),
      fullName: testCase.fullName,
      atMs: Date.now(),
      limitMs: limitOf(testCase),
    });
  }

  onTestModuleCollected(module: TestModule): void {
    // It was read; what hangs from now on is a test or a hook.
    this.#write({ type: 'ended', ...fileOf(module) });
    let position = -1;
    for (const testCase of module.children.allTests()) {
      position += 1;
      this.#positions.set(testCase.id, position);
      this.#write({
        type: 'collected',
        ...standingOf(testCase),
        position,
        fullName: testCase.fullName,
        tags: tagsOf(testCase),
        definition: definitionOf(testCase),
      });
    }
  }

  onTestCaseResult(testCase: TestCase): void {
    const event = caseEvent(testCase, this.#positions.get(testCase.id));
    if (!event) return;
    this.#cases += 1;
    this.#write(event);
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): Promise<void> {
    const ours = modules.map((module) => named(module, this.#root));
    await this.#junit?.onTestRunEnd(ours, unhandledErrors);
    this.#write({
      type: 'end',
      reason,
      cases: this.#cases,
      unhandledErrors: unhandledErrors.map((error) => textOf(error)),
      failedModules: modules
        .filter((module) => module.errors().length > 0)
        .map((module) => ({
          file: module.relativeModuleId,
          errors: module.errors().map((error) => textOf(error)),
        })),
    });
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #write(event: CollectedEvent | BeganEvent | EndedEvent | CaseEvent | EndEvent): void {
    if (this.#descriptor !== undefined) writeSync(this.#descriptor, `${JSON.stringify(event)}\n`);
  }
}

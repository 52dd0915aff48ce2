import type { TestProject } from 'vitest/node';
import { runEnvironment, shardText } from '../../src/core/index.ts';

/** A test as it stands in the source, before anything ran. */
export interface CollectedTest {
  file: string;
  name: string;
  mode: string;
}

/** What the run's own process knows of the suite and its settings; H05 and H13 judge it. */
export interface SuiteFacts {
  collected: CollectedTest[];
  /** Files that could not be parsed. */
  unreadable: string[];
  namePattern: string | undefined;
  /** The part that runs, as `1/3`. */
  shard: string | undefined;
  settings: {
    reporters: string[];
    retry: number;
    testTimeoutMs: number;
    hookTimeoutMs: number;
    passWithNoTests: boolean;
    dangerouslyIgnoreUnhandledErrors: boolean;
    bail: number;
    /** Whether the checks run in another order than that of their source, or beside one another. */
    shuffled: boolean;
    concurrent: boolean;
    junitFile: string | undefined;
  };
}

type Config = TestProject['vitest']['config'];

function retriesOf(retry: Config['retry']): number {
  return typeof retry === 'object' ? (retry.count ?? 0) : (retry ?? 0);
}

function settingsOf(root: Config, project: TestProject['config']): SuiteFacts['settings'] {
  const outputFile = root.outputFile;
  const reporters = root.reporters.map((entry) =>
    Array.isArray(entry) ? String(entry[0]) : typeof entry === 'string' ? entry : entry.constructor.name,
  );
  const junit = root.reporters.find((entry) => Array.isArray(entry) && entry[0] === 'junit');
  const inOptions = Array.isArray(junit)
    ? (junit[1] as { outputFile?: string } | undefined)?.outputFile
    : undefined;
  // A cycle's reporter writes the report itself, whatever the configuration says of one.
  const { reportFile } = runEnvironment();
  if (reportFile !== undefined && reporters.some((each) => /suite\/run\/reporter\.[jt]s$/.test(each)))
    reporters.push('junit');
  const named = typeof outputFile === 'object' ? outputFile.junit : outputFile;
  return {
    reporters,
    retry: retriesOf(project.retry),
    testTimeoutMs: project.testTimeout,
    hookTimeoutMs: project.hookTimeout,
    passWithNoTests: root.passWithNoTests ?? false,
    dangerouslyIgnoreUnhandledErrors: root.dangerouslyIgnoreUnhandledErrors ?? false,
    bail: project.bail ?? 0,
    shuffled: Boolean(project.sequence.shuffle),
    concurrent: project.sequence.concurrent ?? false,
    junitFile: reportFile ?? inOptions ?? named,
  };
}

/** Where the same was still an experiment. */
interface Vitest4 {
  experimental_parseSpecifications: TestProject['vitest']['parseSpecifications'];
}

/** Reads the suite's source by Vitest's own parser (nothing is executed) and its resolved settings. */
export async function readSuiteFacts(project: TestProject): Promise<SuiteFacts> {
  const { vitest } = project;
  const specifications = await vitest.globTestSpecifications();
  const modules = vitest.parseSpecifications
    ? await vitest.parseSpecifications(specifications)
    : await (vitest as unknown as Vitest4).experimental_parseSpecifications(specifications);
  return {
    collected: modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => ({
        file: module.relativeModuleId,
        name: test.name,
        mode: test.options.mode,
      })),
    ),
    unreadable: modules
      .filter((module) => module.errors().length > 0)
      .map((module) => module.relativeModuleId),
    namePattern: vitest.config.testNamePattern?.source,
    shard: vitest.config.shard && shardText(vitest.config.shard),
    settings: settingsOf(vitest.config, project.config),
  };
}

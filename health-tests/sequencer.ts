import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { groups } from '../src/core/index.ts';

const groupOf = ({ moduleId }: TestSpecification): string => path.basename(moduleId).split('.', 1)[0] ?? '';
const rank = (file: TestSpecification): number => (groups as readonly string[]).indexOf(groupOf(file));

/** Runs the suites in the order of the groups: what the rest depends on is judged first. */
export class GroupSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}

import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { groups, groupsOfShard } from '../src/core/index.ts';

const groupOf = ({ moduleId }: TestSpecification): string => path.basename(moduleId).split('.', 1)[0] ?? '';
const rank = (file: TestSpecification): number => (groups as readonly string[]).indexOf(groupOf(file));

/**
 * Runs the suites in the order of the groups: what the rest depends on is judged first. Shards are made of whole
 * groups by the catalogue's rule, not by a hash of paths, so that the runner knows which checks a shard owes.
 */
export class GroupSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => rank(a) - rank(b));
  }

  override async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { shard } = this.ctx.config;
    if (!shard) return files;
    const own: readonly string[] = groupsOfShard(shard);
    return files.filter((file) => own.includes(groupOf(file)));
  }
}

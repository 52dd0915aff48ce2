import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { isWhole, missing } from './needs.ts';

/** Tests by the first thing they need that is not there. */
function countByNeed(tests: readonly TestCase[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tags } of tests) {
    const need = missing.find((name) => tags.includes(name));
    if (need !== undefined) counts.set(need, (counts.get(need) ?? 0) + 1);
  }
  return counts;
}

/** Says at the end of a run what was skipped and why; at the end of a whole one, how it came out. */
export class EndOfRun implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    const skipped = inState('skipped');
    if (isWhole) {
      // A file that failed without a failed test in it, such as one that could not be imported, is a failure too.
      const broken = modules.filter(
        (module) => module.state() === 'failed' && [...module.children.allTests('failed')].length === 0,
      );
      const unfinished = skipped.length + inState('pending').length;
      if (unfinished > 0) process.exitCode = 1;
      for (const { fullName } of skipped) console.error(`skipped, which counts as failed: ${fullName}`);
      const failed = inState('failed').length + broken.length + errors.length + unfinished;
      console.log(`${inState('passed').length} passed, ${failed} failed`);
      return;
    }
    const counts = countByNeed(skipped);
    if (counts.size === 0) return;
    const total = [...counts.values()].reduce((sum, count) => sum + count);
    const list = [...counts].map(([name, count]) => `${name} (${count})`).join(', ');
    console.log(`Skipped ${total} tests for what this machine does not have: ${list}`);
    console.log('npm run test:all installs it and runs all tests');
  }
}

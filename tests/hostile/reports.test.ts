import path from 'node:path';
import { expect, test } from 'vitest';
import { createRedactor } from '../../src/core/text/redactor.ts';
import { judgeReport } from '../../src/suite/outcomes/judge-suite.ts';
import { suiteResultOf } from '../../src/suite/outcomes/suite-result.ts';
import { runSuite, type SuiteRun } from '../../src/suite/run/run-suite.ts';
import { CORPUS, recorded } from '../suite/junit/corpus.ts';

const mebibyte = 1 << 20;

/** Runs a suite that is one line of shell. */
const run = (script: string, junit?: string): Promise<SuiteRun> =>
  runSuite({
    suite: {
      command: ['sh', '-c', script, ...(junit ? [] : ['{junit}'])],
      args: [],
      env: {},
      ...(junit && { junit }),
    },
    root: path.dirname(process.execPath),
    timeoutMs: 30_000,
    redactor: createRedactor(),
  });

/** How much more memory this process needed at once, in bytes. */
async function peakOf(action: () => Promise<void>): Promise<number> {
  const before = process.resourceUsage().maxRSS;
  await action();
  return (process.resourceUsage().maxRSS - before) * 1024;
}

test.each(CORPUS)('%s, cut at any byte, passes nothing that it did not pass whole', (name) => {
  const bytes = recorded(name);
  const passesOf = (junitXml: Buffer) => {
    const { outcomes } = judgeReport(
      suiteResultOf({ junitXml, events: undefined, exit: { code: 0, timedOut: false } as SuiteRun['exit'] }),
    );
    return outcomes.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id);
  };
  const whole = new Set(passesOf(bytes));
  for (let end = 0; end < bytes.length; end += Math.max(1, Math.floor(bytes.length / 400))) {
    const passes = passesOf(bytes.subarray(0, end));
    // Only the blank space after its end may be missing of one that is believed at all.
    if (passes.length > 0) expect(bytes.subarray(end).toString().trim()).toBe('');
    expect(passes.filter((id) => !whole.has(id))).toEqual([]);
  }
});

test.each([
  [
    '100 MB of one case',
    `{ printf '<testsuite><testcase name="a"><failure>'; head -c 104857600 /dev/zero | tr '\\0' x; printf '</failure></testcase></testsuite>'; } > "$0"`,
  ],
  [
    '100 MB of cases',
    `{ printf '<testsuite>'; yes '<testcase name="a"/>' | head -c 104857600; printf '</testsuite>'; } > "$0"`,
  ],
  ['5 GB without content', 'truncate -s 5G "$0"'],
])('a report of %s is refused with its size, in little memory, and nothing passes', async (_, script) => {
  let judged: ReturnType<typeof judgeReport> | undefined;
  const peak = await peakOf(async () => {
    judged = judgeReport(suiteResultOf(await run(script)));
  });
  expect(judged?.outcomes).toEqual([]);
  expect(judged?.problems.join()).toMatch(/too large/);
  expect(peak).toBeLessThan(64 * mebibyte);
});

test('a report without end on stdout is cut, and nothing passes', async () => {
  const ran = await run(`printf '<testsuite>'; yes '<testcase name="a"/>' | head -c 419430400`, '-');
  expect(ran.junitXml?.length ?? 0).toBeLessThan(100 * mebibyte);
  expect(judgeReport(suiteResultOf(ran)).outcomes.filter(({ outcome }) => outcome === 'pass')).toEqual([]);
});

test.each([
  ['a folder', 'mkdir "$0"'],
  ['a pipe', 'mkfifo "$0"'],
  ['a device', 'ln -s /dev/zero "$0"'],
  ['a link into the dark', 'ln -s /nowhere/at/all "$0"'],
  ['a file that may not be read', `printf '<testsuite/>' > "$0"; chmod 0 "$0"`],
])('%s in the place of the report is no report', async (_, script) => {
  const judged = judgeReport(suiteResultOf(await run(script)));
  expect(judged.outcomes).toEqual([]);
  expect(judged.problems.length).toBeGreaterThan(0);
});

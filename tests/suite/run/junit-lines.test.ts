import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { runSuite } from '../../../src/suite/run/run-suite.ts';
import { vitestFile } from '../../../src/suite/run/vitest-suite.ts';
import { check, suiteFolder } from './suite-folder.ts';

/** What differs from run to run. */
const withoutTimes = (xml: string) => xml.replaceAll(/(time|timestamp)="[^"]*"/g, '$1=""');

test('the report is, line by line, that of Vitest’s own reporter', async () => {
  const folder = suiteFolder({
    'a.suite.mjs':
      check('T01 counts', "throw new Error('down & <out> “ä”');") +
      check('T02 counts', "console.log('said'); console.error('and\\nagain');") +
      check('T03 counts', "skip('not here');"),
    'b.suite.mjs': "import './nowhere.mjs';",
  });
  try {
    const junit = path.join(folder, 'own.xml');
    const args = [vitestFile(folder, 'vitest.mjs'), 'run', '--reporter=junit', `--outputFile.junit=${junit}`];
    await execa(process.execPath, args, { cwd: folder, env: { CI: '1' }, reject: false });
    const suite = { args: [], env: {} };
    const left = await runSuite({ suite, root: folder, timeoutMs: 60_000, redactor: createRedactor() });
    const own = withoutTimes(readFileSync(junit, 'utf8'));
    expect(own).toContain('T03 counts');
    expect(withoutTimes(String(left.junitXml))).toBe(own);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

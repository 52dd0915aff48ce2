import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { quietTarget } from './target.ts';
import { emptyFolder, vigil } from './vigil.ts';

const pytest = { command: ['pytest-3', '-q', '--junitxml={junit}'] };

/** What a person is shown of one cycle of a suite, in one line. */
async function shown(suite: object, files: Record<string, string>): Promise<{ code: number; text: string }> {
  const config = { target: { orchestration: await quietTarget() }, suite };
  const cwd = emptyFolder({ ...files, 'vigil.config.json': JSON.stringify(config) });
  const { code, stdout, stderr } = await vigil(['monitor'], { cwd });
  return { code: code ?? -1, text: `${stdout}${stderr}`.replace(/\s+/g, ' ') };
}

test.for([
  ['does not exist', 'nowhere', {}],
  ['is not a folder', 'a-file', { 'a-file': '' }],
] as const)(
  'a suite.root that %s is a mistake of the configuration, with its path',
  async ([why, root, files]) => {
    for (const loop of [[], ['--loop', '--port', '0']]) {
      const config = {
        target: { orchestration: await quietTarget() },
        suite: { root, command: ['true', '{junit}'] },
      };
      const cwd = emptyFolder({ ...files, 'vigil.config.json': JSON.stringify(config) });
      const { code, stderr } = await vigil(['monitor', ...loop], { cwd });
      expect(code).toBe(64);
      expect(stderr).toContain(`suite.root ${why}: ${path.join(cwd, root)}`);
      expect(existsSync(path.join(cwd, 'reports', 'vigil.sqlite'))).toBe(false);
    }
  },
);

test('a test file with a syntax error is named, with the error', { tags: ['pytest-3'] }, async () => {
  const files = {
    'test_shop.py': 'def test_answers():\n    assert (1 == 1\n',
    'test_ok.py': 'def test_ok(): pass\n',
  };
  const { code, text } = await shown(pytest, files);
  expect(code).not.toBe(0);
  expect(text).toMatch(/test_shop.*SyntaxError: '\(' was never closed/);
});

test('a runner that writes no report is told by what it printed last', { tags: ['pytest-3'] }, async () => {
  const { code, text } = await shown(pytest, {
    'conftest.py': 'import not_there\n',
    'test_ok.py': 'def test_ok(): pass\n',
  });
  expect(code).toBe(2);
  expect(text).toContain('wrote no report (exit code 4)');
  expect(text).toContain("ModuleNotFoundError: No module named 'not_there'");
});

test('of a long output the end is shown', async () => {
  const lines =
    "for (let i = 0; i < 500; i += 1) console.log('line ' + i); console.error('Error: the fixture is broken'); process.exitCode = 3;";
  const { text } = await shown(
    { command: [process.execPath, 'suite.mjs', '{junit}'] },
    { 'suite.mjs': lines },
  );
  expect(text).toContain('Error: the fixture is broken');
  expect(text).toContain('line 499');
  expect(text).not.toContain('line 0 ');
});

import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks, readDocument } from '../docs/markdown.ts';
import { type WatchedHours, watchHours } from '../views/report/watched-hours.ts';
import { emptyFolder, vigil } from './vigil.ts';

let watched: WatchedHours;
beforeAll(async () => {
  watched = await watchHours(1);
  watched.history.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
});
afterAll(() => watched?.remove());

/** A folder with the recorded hour, the configuration of its watch, and files of the test. */
function place(files: Record<string, string>): string {
  const folder = emptyFolder({
    'vigil.config.ts': `export default { target: { orchestration: 'http://127.0.0.1:1' }, sampleInterval: '1m', reports: '.' };`,
    ...files,
  });
  copyFileSync(watched.history.file, path.join(folder, 'vigil.sqlite'));
  return folder;
}

test('the policy and the incidents of the documents are replayed side by side, and as JSON', async () => {
  const text = readDocument('docs/replay.md');
  const cwd = place({
    'strict.mjs': codeBlocks(text, 'js')[0] ?? '',
    'incidents.json': codeBlocks(text, 'json')[0] ?? '',
  });
  const args = ['replay', '--policy', 'strict.mjs', '--incidents', 'incidents.json'];
  const { code, stdout, stderr } = await vigil(args, { cwd });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^The current configuration gives exactly the \d+ transitions[\s\S]*^Replay of 2026-01-05 00:00:00 to 2026-01-05 00:59:00/m,
  );
  expect(stdout).toMatch(/current configuration .*exactly the \d+ transitions/);
  expect(stdout).toMatch(/True incidents: .*incidents\.json .*nothing else/);
  expect(stdout).toMatch(/^ {2}alert +recorded +current +strict$/m);
  expect(stdout).toMatch(
    /^ {2}HighErrorRate +01-05 00:33:00 for 19m +01-05 00:33:00 for 19m +01-05 00:33:00 for 19m$/m,
  );
  // Its rollback limit is half as high and held for three minutes instead of five.
  expect(stdout).toMatch(
    /^ {2}RollbackRequired error_ratio +01-05 00:38:00 for \w+ +01-05 00:38:00 for \w+ +01-05 00:35:00 for \w+$/m,
  );
  // Both are hours after the end of what was recorded.
  expect(stdout).toMatch(/2 labelled incidents .*outside .*neither/);
  expect(stdout).toMatch(/incidents missed +unknown +unknown +unknown/);
  const json = await vigil([...args, '--json'], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({
    version: 1,
    policies: [{ name: 'current' }, { name: 'strict' }],
  });
});

test('a policy file that can’t be read, or says what no policy may, exits 64; time without samples exits 2', async () => {
  const cwd = place({});
  writeFileSync(path.join(cwd, 'bad.mjs'), 'export default { thresholdz: {} };');
  const [absent, broken, unknown, empty] = await Promise.all([
    vigil(['replay', '--policy', 'absent.ts'], { cwd }),
    vigil(['replay', '--policy', 'vigil.sqlite'], { cwd }),
    vigil(['replay', '--policy', 'bad.mjs'], { cwd }),
    vigil(['replay', '--since', '1m'], { cwd }),
  ]);
  expect([absent.code, broken.code, unknown.code, empty.code]).toEqual([64, 64, 64, 2]);
  expect(absent.stderr).toMatch(/there is no file .*absent\.ts/);
  expect(broken.stderr).toMatch(/vigil\.sqlite could not be read/);
  expect(unknown.stderr).toMatch(/bad\.mjs: unknown key "thresholdz"/);
  expect(empty.stderr).toMatch(/^Inconclusive: the history holds no samples of this time/);
  for (const { stderr, stdout } of [absent, broken, unknown, empty]) {
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
  }
});

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readDocument } from '../../docs/markdown.ts';
import { byHand, journey } from './journey.ts';
import { type Runner, runners, shownSuite } from './runners.ts';

const each = <T>(ids: readonly string[], value: T): Record<string, T> =>
  Object.fromEntries(ids.map((id) => [id, value]));

/** Whether the one that is found is of the version that was recorded. */
const isThere = ({ recorded, version }: Runner): boolean =>
  recorded?.found === undefined ||
  spawnSync('sh', ['-c', recorded.found], { encoding: 'utf8' }).stdout.includes(version);

for (const runner of runners.filter((each) => byHand === undefined || (each.recorded && isThere(each)))) {
  const { name, version, needs = [], asks, goes, says = 'the service is down' } = runner;
  test(`${name} ${version}: a break is named, what is missing and what was killed is unknown`, {
    tags: [...needs],
    timeout: byHand === undefined ? 120_000 : 600_000,
  }, async () => {
    const steps = ['healthy', 'broken', 'less', 'killed', 'healthy'] as const;
    const [first, broken, less, killed, last] = await journey(runner, steps);
    const healthy = { verdict: 'pass', problems: [], checks: each([asks, ...goes], 'pass') };
    expect(first).toMatchObject(healthy);
    expect(broken).toMatchObject({ verdict: 'fail', problems: [] });
    expect(broken?.checks).toMatchObject({ [asks]: 'fail', ...each(goes.slice(0, 2), 'pass') });
    expect(broken?.reasonOf(asks)).toContain(says);
    expect(less).toMatchObject({
      verdict: 'inconclusive',
      problems: [],
      checks: { [asks]: 'pass', ...each(goes, 'unknown') },
    });
    for (const id of goes) expect(less?.reasonOf(id)).toMatch(/^missing/);
    expect(killed).toMatchObject({ verdict: 'inconclusive', checks: each([asks, ...goes], 'unknown') });
    expect(killed?.problems[0]).toBe('the suite was killed by SIGKILL');
    expect(killed?.reasonOf(asks)).toContain('the suite was killed by SIGKILL');
    expect(last).toEqual(first && { ...healthy, reasonOf: expect.any(Function) });
  });
}

test('docs/suites.md calls these tested, in these versions, and nothing else', () => {
  const rows = readDocument('docs/suites.md')
    .split('\n')
    .filter((line) => /^\|.*\| tested \|$/.test(line));
  const byName = Map.groupBy(runners, ({ name }) => name);
  const expected = [...byName].map(([name, those]) => {
    const versions = those.map(({ version }) => version).join(', ');
    return `| ${name} ${versions} | ${those[0] && shownSuite(those[0])} | tested |`;
  });
  expect(rows).toEqual(expected);
});

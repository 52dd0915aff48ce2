import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandBlocks, fences } from './command-blocks.ts';
import { differences, faultsOf, fromNothing, guides, needed } from './command-rules.ts';
import { openWorld, type World } from './command-world.ts';

describe('every block', () => {
  test('has a language, and commands stand under sh', () => {
    const languages = ['sh', 'ts', 'js', 'json', 'text', 'mermaid', 'http', 'typescript', 'sql'];
    for (const file of guides)
      for (const { language, line } of fences(file))
        expect.soft(languages, `${file}:${line}`).toContain(language);
  });

  test('that is not run says what it needs, and uses it', () => {
    for (const { file, line, needs, commands } of guides.flatMap(commandBlocks)) {
      if (needs === undefined) continue;
      const text = commands.map((command) => command.text).join('\n');
      expect.soft(text, `${file}:${line} needs ${needs}`).toMatch(needed[needs] ?? /no such mark/);
    }
  });
});

describe('from a clone', { tags: ['unshare', 'ip', 'git', 'curl', 'jq'] }, () => {
  let world: World;
  beforeAll(() => {
    world = openWorld(differences);
  });
  afterAll(() => world.close());

  test.for(fromNothing)('every command of %s runs', async (file) => {
    const ran = await world.run(commandBlocks(file));
    expect(ran.length).toBeGreaterThan(0);
    expect(faultsOf(ran)).toEqual([]);
  });

  test('a command that does not run is noticed, by its place and what it said', async () => {
    const commands = [{ line: 7, text: 'npm run --silent vigil -- monitro' }];
    const [fault] = faultsOf(await world.run([{ file: 'docs/none.md', line: 6, commands }]));
    expect(fault).toMatch(/^docs\/none\.md:7 .*monitro\nexit code 64\nunknown command "monitro"/);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { standBeside } from './beside-stack.ts';
import { type CommandBlock, commandBlocks, fences } from './command-blocks.ts';
import { openWorld, type Ran, type World } from './command-world.ts';
import { documents } from './markdown.ts';

/** What a block may say in its first line, `# needs Docker`, and what it must then use: nothing else is left out. */
const needed: Record<string, RegExp> = {
  Docker: /\bdocker\b/,
  Kubernetes: /\bkubectl\b/,
  systemd: /\bsystemctl\b/,
  Grafana: /:3000\b/,
};

/** How a command differs from what a person types. */
const substitutions = [
  { from: 'npm ci', to: 'true', why: 'the packages are there, and there is no network here' },
  { from: 'npm test', to: 'true', why: 'this is one of the tests' },
  { from: '--duration 48h', to: '--duration 1s', why: 'one cycle instead of 577' },
];

/** Commands that go on until they are ended. */
const stays = [
  { command: /^npm run stack/, says: /The stack is running/ },
  { command: /vigil -- target/, says: /export default/ },
  { command: /^npm start/, says: /cycle .*pass/i },
  { command: /^prometheus --config/, says: /Server is ready/ },
];

/** Exit codes other than 0 that are an answer. */
const answers = [
  {
    command: /\bvigil -- (monitor|gate|report)\b|^npm run monitor|vitest run/,
    codes: [1, 2],
    why: 'verdicts',
  },
];

const all = [...documents, 'examples/README.md', 'reports/README.md'];
/** Their commands begin with nothing but the repository; those of the others find a stack that runs. */
const fromNothing = ['README.md', 'CONTRIBUTING.md'];

describe('every block', () => {
  test('has a language, and commands stand under sh', () => {
    const languages = ['sh', 'ts', 'js', 'json', 'text', 'mermaid', 'http', 'typescript', 'yaml'];
    for (const file of all)
      for (const { language, line } of fences(file))
        expect.soft(languages, `${file}:${line}`).toContain(language);
  });

  test('that is not run says what it needs, and uses it', () => {
    for (const { file, line, needs, commands } of all.flatMap(commandBlocks)) {
      if (needs === undefined) continue;
      const text = commands.map((command) => command.text).join('\n');
      expect.soft(text, `${file}:${line} needs ${needs}`).toMatch(needed[needs] ?? /no such mark/);
    }
  });
});

function faultsOf(ran: readonly Ran[]): string[] {
  const isAnswer = ({ text, code }: Ran) =>
    code === 0 || answers.some(({ command, codes }) => command.test(text) && codes.includes(code));
  return ran
    .filter((one) => !isAnswer(one))
    .map(
      ({ file, line, text, code, output }) =>
        `${file}:${line} ${text}\nexit code ${code}\n${output.slice(-1500)}`,
    );
}

const blocksOf = (file: string): CommandBlock[] => commandBlocks(file);

describe('from a clone', () => {
  let world: World;
  beforeAll(() => {
    world = openWorld({ substitutions, stays });
  });
  afterAll(() => world.close());

  test.each(fromNothing)('every command of %s runs', async (file) => {
    expect(faultsOf(await world.run(blocksOf(file)))).toEqual([]);
  });
});

describe('beside a running stack', () => {
  let world: World;
  let [first, rest]: Ran[][] = [[], []];
  const [start, ...others] = blocksOf('docs/stack.md');

  beforeAll(async () => {
    world = openWorld({ substitutions, stays });
    first = await world.run(start ? [start] : [], { leave: true });
    world.substitute({
      from: '/var/log/genesis/orchestration.log',
      to: standBeside(world).log,
      why: 'its log here',
    });
    // Something has gone wrong, so that there is something to look at.
    await world.ask(
      `curl -X PUT http://127.0.0.1:8000/faults/errors -H 'content-type: application/json' -d '{"ratio":0.1}'`,
    );
    await world.ask('until curl -sf http://127.0.0.1:8002/readyz; do sleep 0.5; done');
  }, 120_000);
  afterAll(() => world.close());

  test('docs/stack.md starts it', () => expect(faultsOf(first)).toEqual([]));

  test.each(all.filter((file) => !fromNothing.includes(file)))(
    'every command of %s runs',
    async (file) => {
      const blocks = file === 'docs/stack.md' ? others : blocksOf(file);
      const t = performance.now();
      const ran = await world.run(blocks);
      console.log(
        file,
        Math.round(performance.now() - t),
        ran.map((one) => `${one.code} ${one.text}\n${one.output.slice(-400)}`).join('\n'),
      );
      expect(faultsOf(ran)).toEqual([]);
    },
    120_000,
  );
});

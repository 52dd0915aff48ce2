import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { standBeside } from './beside-stack.ts';
import { commandBlocks, fences } from './command-blocks.ts';
import { openWorld, type Ran, type World } from './command-world.ts';
import { codeBlocks, documents, readDocument } from './markdown.ts';

/** What a block may say in its first line, `# needs Docker`, and what it must then use: nothing else is left out. */
const needed: Record<string, RegExp> = {
  Docker: /\bdocker\b/,
  Kubernetes: /\bkubectl\b/,
  systemd: /\bsystemctl\b/,
  Grafana: /:3000\b/,
  'the npm registry': /\bnpm (install|pack)\b/,
};

/** How a command differs from what a person types. */
const substitutions = [
  { from: 'npm ci', to: 'true', why: 'the packages are there, and there is no network here' },
  { from: 'npm test', to: 'true', why: 'this is one of the tests' },
  { from: '--duration 48h', to: '--duration 1s', why: 'one cycle instead of 576' },
];

/** Commands that go on until they are ended, and what they say when they are ready. */
const stays = [
  { command: /^npm run stack/, says: /The stack is running/ },
  { command: /^npm start/, says: /Serving http.*; a cycle every 5m/ },
  { command: /vigil -- target/, says: /export default/ },
  { command: /^prometheus --config/, says: /Server is ready/ },
  { command: /notify-by-command/, says: /listening on/ },
];

/** Exit codes other than 0 that are an answer, and what is then said. */
const answers = [
  { command: /vigil -- (monitor|gate|report)\b|npm run monitor|vitest run/, codes: [1, 2], says: /./ },
  { command: /monitor --loop .* --then/, codes: [64], says: /another vigil monitor watches here: process/ },
  { command: /rollback --resume/, codes: [64], says: /there is no rollback to go on with/ },
  { command: /rollback --abort/, codes: [64], says: /no rollback is under way/ },
];

const all = [...documents, 'examples/README.md', 'reports/README.md'];
/** Their commands begin with nothing but the repository; those of the others find a stack that runs. */
const fromNothing = ['README.md', 'CONTRIBUTING.md', 'docs/configuration.md'];
const withCommands = all.filter((file) => commandBlocks(file).length > 0);

describe('every block', () => {
  test('has a language, and commands stand under sh', () => {
    const languages = ['sh', 'ts', 'js', 'json', 'text', 'mermaid', 'http', 'typescript', 'yaml', 'ini'];
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
  const isAnswer = ({ text, code, output }: Ran) =>
    code === 0 ||
    answers.some(
      ({ command, codes, says }) => command.test(text) && codes.includes(code) && says.test(output),
    );
  return ran
    .filter((one) => !isAnswer(one))
    .map(
      ({ file, line, text, code, output }) =>
        `${file}:${line} ${text}\nexit code ${code}\n${output.slice(-1500)}`,
    );
}

describe('from a clone', () => {
  let world: World;
  beforeAll(() => {
    world = openWorld({ substitutions, stays });
  });
  afterAll(() => world.close());

  test.for(fromNothing)('every command of %s runs', { timeout: 180_000 }, async (file) => {
    expect(faultsOf(await world.run(commandBlocks(file)))).toEqual([]);
  });
});

describe('beside a running stack', () => {
  let world: World;
  let started: Ran[];
  const [start, ...others] = commandBlocks('docs/stack.md');

  beforeAll(async () => {
    world = openWorld({ substitutions, stays });
    started = await world.run(start ? [start] : [], { leave: true });
    const { log } = standBeside(world);
    world.substitute({
      from: '/var/log/genesis/orchestration.log',
      to: log,
      why: 'its log is elsewhere here',
    });
    const replay = readDocument('docs/replay.md');
    const write = (name: string, text = '') => writeFileSync(path.join(world.clone, name), text);
    for (const name of ['strict.ts', 'lax.ts']) write(name, codeBlocks(replay, 'js')[0]);
    write('incidents.json', codeBlocks(replay, 'json')[0]);
    // Something goes wrong, so that there is something to look at.
    const fault = 'http://127.0.0.1:8000/faults/errors';
    await world.ask(`curl -X PUT ${fault} -H 'content-type: application/json' -d '{"ratio":0.1}'`);
    await world.ask('until curl -sf http://127.0.0.1:8002/readyz; do sleep 0.5; done');
    await world.ask('until npm run --silent vigil -- alerts | grep HighErrorRate; do sleep 0.5; done');
  }, 180_000);
  afterAll(() => world.close());

  test('docs/stack.md starts it', () => expect(faultsOf(started)).toEqual([]));

  test.for(withCommands.filter((file) => !fromNothing.includes(file)))(
    'every command of %s runs',
    { timeout: 180_000 },
    async (file) => {
      const blocks = file === 'docs/stack.md' ? others : commandBlocks(file);
      expect(faultsOf(await world.run(blocks))).toEqual([]);
    },
  );
});

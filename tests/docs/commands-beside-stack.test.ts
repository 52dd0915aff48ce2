// @module-tag unshare
// @module-tag ip
// @module-tag git
// @module-tag curl
// @module-tag jq
// @module-tag ps
// @module-tag sqlite3
// @module-tag openssl
// @module-tag prometheus
// @module-tag prometheus-alertmanager
// @module-tag prometheus-node-exporter

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { standBeside } from './beside-stack.ts';
import { commandBlocks } from './command-blocks.ts';
import { differences, faultsOf, fromNothing, guides } from './command-rules.ts';
import { openWorld, type Ran, type World } from './command-world.ts';
import { codeBlocks, readDocument } from './markdown.ts';

const beside = guides.filter((file) => !fromNothing.includes(file) && commandBlocks(file).length > 0);
const [start, ...others] = commandBlocks('docs/stack.md');

// README.md and CONTRIBUTING.md are run as they are.
const withoutNpm = {
  from: 'npm run --silent vigil -- ',
  to: 'node bin/vigil.js ',
  why: 'npm takes as long to start as Vigil, some forty times',
};

const oneStack = {
  from: /^npm run stack$/g,
  to: 'true',
  why: 'tests/stack/command.test.ts starts one at the times of production; the rehearsal is what all commands are run beside',
};
const fewerCycles = {
  from: '--interval 30s',
  to: '--interval 90s',
  why: 'a cycle of the 36 checks takes the processor for as long as the commands of a document',
};

/** What the documents ask of a watch shows with these: all 36 at each cycle would take half of the processor. */
const fewChecks = "suite: { args: ['--testNamePattern', '^(H0[1-6]|C05|C06|C10) '] },";

/** Changes a file of the clone where a text stands in it. */
function change(clone: string, name: string, from: string, to: string): void {
  const file = path.join(clone, name);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

/** Lets the stack run few of the checks, after little traffic: it has no option for that, as nobody wants it of a rehearsal. */
function makeSmall(clone: string): void {
  const overrides = '    ...overrides,\n';
  change(clone, 'fixtures/stack/stack-config.ts', overrides, `    ${fewChecks}\n${overrides}`);
  change(clone, 'scripts/stack.ts', 'warmupOperations: 1100', 'warmupOperations: 220');
}

let world: World;
let started: Ran[];

/** Waits for a state of the watch. */
const until = (command: string): Promise<string> => world.ask(`until ${command}; do sleep 0.3; done`);

beforeAll(async () => {
  world = openWorld({
    ...differences,
    // The stack's own limits.
    variables: [],
    substitutions: [...differences.substitutions, withoutNpm, oneStack, fewerCycles],
  });
  makeSmall(world.clone);
  started = await world.run(start ? [start] : [], { leave: true });
  const { log } = standBeside(world);
  world.substitute({ from: '/var/log/shop/service.log', to: log, why: 'its log is elsewhere here' });
  const replay = readDocument('docs/replay.md');
  const write = (name: string, text = '') => writeFileSync(path.join(world.clone, name), text);
  for (const name of ['strict.ts', 'lax.ts']) write(name, codeBlocks(replay, 'js')[0]);
  write('incidents.json', codeBlocks(replay, 'json')[0]);
});
afterAll(() => world.close());

// Something is always wrong, so that every command has something to show.
beforeEach(async () => {
  const fault = 'http://127.0.0.1:8000/faults/errors';
  await world.ask(`curl -X PUT ${fault} -H 'content-type: application/json' -d '{"ratio":0.1}'`);
  await until(
    'curl -sS http://127.0.0.1:8002/api/alerts | jq -e \'.open[] | select(.rule == "HighErrorRate")\'',
  );
  await until("grep -E ' FAIL ' reports/logs/health_check.log");
});

test('docs/stack.md starts it', () => {
  expect(started.length).toBeGreaterThan(0);
  expect(faultsOf(started)).toEqual([]);
});

test.for(beside)('every command of %s runs', async (file) => {
  const ran = await world.run(file === 'docs/stack.md' ? others : commandBlocks(file));
  expect(faultsOf(ran)).toEqual([]);
});

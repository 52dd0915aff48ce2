import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type RunContext, writeContext } from '../../../src/suite/run/context.ts';
import { check, threeGreen, told } from './suite-folder.ts';
import { green, open, prepared, rest, type WaitingOptions, waitingHere } from './waiting-suite.ts';

const inFolder = (folder: string) => ({
  write: (name: string, text: string) => writeFileSync(path.join(folder, name), text),
  replace: (name: string, old: string, by: string) => {
    const file = path.join(folder, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(old, by));
  },
  file: (name: string) => path.join(folder, name),
});
type Folder = ReturnType<typeof inFolder>;

interface Change extends WaitingOptions {
  text: string;
  /** Before the first run. */
  make?: (folder: Folder) => void;
  change: (folder: Folder) => void;
  /** What the two runs say, if it isn't that all pass, and then that T01 sees the change. */
  before?: string[];
  after?: string[];
}

const fails = (condition: string) =>
  check('T01 counts', `if (${condition}) throw new Error('changed');`) + rest;
const helped = `import { value } from './helper.mjs';${fails("value !== 'old'")}`;
/** To the second, so that it can be set again. */
const longAgo = new Date('2020-01-01T00:00:00Z');
const helper = { 'helper.mjs': "export const value = 'old';" };

const allUnknown = (reason: string) => ['T01', 'T02', 'T03'].map((id) => `${id} unknown: ${reason}`);
const withoutThird = ['T01 pass', 'T02 pass', 'T03 unknown: missing from the run'];

const changes: Record<string, Change> = {
  'a check was edited': {
    text: threeGreen,
    change: ({ replace }) =>
      replace('a.suite.mjs', threeGreen, check('T01 counts', "throw new Error('changed');") + rest),
  },
  'a check was deleted': {
    text: threeGreen,
    change: ({ file }) => rmSync(file('a.suite.mjs')),
    after: allUnknown('the report holds no case; it had not ended'),
  },
  'a check was added': {
    text: check('T01 counts') + check('T02 counts'),
    change: ({ write }) => write('b.suite.mjs', `import { test } from './kit.mjs';${check('T03 counts')}`),
    before: withoutThird,
    after: green,
  },
  'a check was added in a folder where nothing was read': {
    text: check('T01 counts') + check('T02 counts'),
    config: "include: ['**/*.suite.mjs']",
    make: ({ file }) => mkdirSync(file('more')),
    change: ({ write }) =>
      write('more/b.suite.mjs', `import { test } from '../kit.mjs';${check('T03 counts')}`),
    before: withoutThird,
    after: green,
  },
  'what a check imports was edited': {
    text: helped,
    files: helper,
    change: ({ write }) => write('helper.mjs', "export const value = 'new';"),
  },
  'what a check imports was edited, by as many characters and with its time set back': {
    text: helped,
    files: helper,
    make: ({ file }) => utimesSync(file('helper.mjs'), longAgo, longAgo),
    change: ({ write, file }) => {
      write('helper.mjs', "export const value = 'new';");
      utimesSync(file('helper.mjs'), longAgo, longAgo);
    },
  },
  'what was missing is there': {
    text: `import './later.mjs';${threeGreen}`,
    change: ({ write }) => write('later.mjs', ''),
    before: allUnknown('missing from the run'),
    after: green,
  },
  'something else is imported by the same name': {
    text: helped.replace('helper.mjs', 'helper'),
    config: 'fsModuleCache: false', // it would keep the earlier file in any run
    make: ({ file, write }) => {
      mkdirSync(file('helper'));
      write('helper/index.mjs', "export const value = 'old';");
    },
    change: ({ write }) => write('helper.mjs', "export const value = 'new';"),
  },
  'a pattern of file names matches one more': {
    text: fails("Object.keys(import.meta.glob('./more/*.txt')).length !== 1"),
    make: ({ file, write }) => {
      mkdirSync(file('more'));
      write('more/one.txt', '');
    },
    change: ({ write }) => write('more/two.txt', ''),
  },
  'an import of a name that is known only at run time finds one more': {
    text: `const name = 'two'.trim();${fails('await import(`./more/$' + '{name}.mjs`).then(() => true, () => false)')}`,
    make: ({ file }) => mkdirSync(file('more')),
    change: ({ write }) => write('more/two.mjs', ''),
  },
  'the configuration was edited and its time set back': {
    text: threeGreen,
    change: ({ replace, file }) => {
      replace('vitest.config.mjs', 'include:', "testNamePattern: 'nothing', include:");
      utimesSync(file('vitest.config.mjs'), new Date(0), new Date(0));
    },
    after: allUnknown('skipped without a declared reason'),
  },
  'a variable in a file of the environment changed': {
    text: fails("import.meta.env.VITE_VALUE !== 'old'"),
    files: { '.env': 'VITE_VALUE=old' },
    change: ({ write }) => write('.env.local', 'VITE_VALUE=new'),
  },
  'the set-up of each file was edited': {
    text: fails("globalThis.value !== 'old'"),
    config: "setupFiles: ['./setup.mjs']",
    files: { 'setup.mjs': "globalThis.value = 'old';" },
    change: ({ write }) => write('setup.mjs', "globalThis.value = 'new';"),
  },
  'the global set-up was edited': {
    text: `import { inject } from 'vitest';${fails("inject('value') !== 'old'")}`,
    config: "globalSetup: ['./global.mjs']",
    files: { 'global.mjs': "export default ({ provide }) => provide('value', 'old');" },
    change: ({ replace }) => replace('global.mjs', 'old', 'new'),
  },
  'a plugin of the suite read a file that it names to nobody': {
    text: fails("'VALUE' !== 'old'"),
    files: {
      'value.txt': 'old',
      'vitest.config.mjs': `import { readFileSync } from 'node:fs';
        const value = () => readFileSync(new URL('./value.txt', import.meta.url), 'utf8');
        export default {
          plugins: [{ name: 'values', transform: (code, id) => id.endsWith('a.suite.mjs') ? code.replace('VALUE', value()) : undefined }],
          test: { include: ['*.suite.mjs'], pool: 'forks', isolate: false, maxWorkers: 1, fsModuleCache: false },
        };`,
    },
    change: ({ write }) => write('value.txt', 'new'),
  },
};

test.for(Object.entries(changes))('%s while the process waited: it runs as it is now', async ([, given]) => {
  const { folder, standby, run } = open(given.text, given);
  const files = inFolder(folder);
  given.make?.(files);
  expect(told((await run()).judged)).toEqual(given.before ?? green);
  await prepared(standby);
  given.change(files);
  expect(told((await run()).judged)).toEqual(given.after ?? ['T01 fail: changed', 'T02 pass', 'T03 pass']);
});

test('what changed while its process was getting ready counts as changed: another one runs', async () => {
  const { standby, run, lines } = open(`import './helper.mjs';trace(process.ppid);${threeGreen}`, {
    files: {
      'helper.mjs': '',
      'vitest.config.mjs': `import { writeFileSync } from 'node:fs';
        writeFileSync(new URL('./helper.mjs', import.meta.url), '');
        export default { test: { include: ['*.suite.mjs'], pool: 'forks', isolate: false, maxWorkers: 1 } };`,
    },
  });
  await prepared(standby);
  const waited = waitingHere();
  expect(told((await run()).judged)).toEqual(green);
  expect(waited).toHaveLength(1);
  expect(waited).not.toContain(Number(lines()[0]));
});

test('where nothing changed, it is the process that waited that runs, and what it runs began after the word', async () => {
  const moment = (name: string) => `trace(['${name}', Date.now(), process.ppid].join(' '));`;
  const { standby, run, lines, folder } = open(`import './helper.mjs';${moment('suite')}${threeGreen}`, {
    files: {
      'helper.mjs': `import { trace } from './kit.mjs';${moment('helper')}`,
      'setup.mjs': `import { trace } from './kit.mjs';${moment('setup')}`,
    },
    config: "setupFiles: ['./setup.mjs']",
  });
  await run();
  rmSync(path.join(folder, 'trace.txt'));
  await prepared(standby);
  const word = Date.now();
  let waited: number | undefined;
  const { judged } = await run({ onStart: (pid) => (waited = pid) });
  expect(told(judged)).toEqual(green);
  const told3 = lines().map((line) => line.split(' '));
  expect(told3.map(([name]) => name)).toEqual(['setup', 'helper', 'suite']);
  expect(told3.map(([, , parent]) => Number(parent))).toEqual([waited, waited, waited]);
  for (const [, at] of told3) expect(Number(at)).toBeGreaterThanOrEqual(word);
});

test('a secret that changed while the process waited is given as it is now', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'vigil-secret-'));
  const secret = path.join(home, 'token');
  writeFileSync(secret, 'first');
  const text = check('T01 counts', 'throw new Error(process.env.GIVEN);') + rest;
  const { standby, run } = open(text, { env: { GIVEN: `file:${secret}` } });
  await prepared(standby);
  expect(told((await run()).judged)[0]).toBe('T01 fail: first');
  await prepared(standby);
  writeFileSync(secret, 'second');
  expect(told((await run()).judged)[0]).toBe('T01 fail: second');
  rmSync(home, { recursive: true });
});

test('the context of the cycle is read after the word', async () => {
  const { standby, run } = open(
    `import { readFileSync } from 'node:fs';
     const { cycleId } = JSON.parse(readFileSync(process.env.VIGIL_CONTEXT, 'utf8'));
     ${check('T01 counts', 'throw new Error(cycleId);')}${rest}`,
  );
  const context = (cycleId: string) => ({ cycleId }) as RunContext;
  for (const cycle of ['one', 'two', 'three']) {
    const { context: file } = standby.prepare();
    writeContext(file, context('an earlier one'));
    await prepared(standby);
    const { judged } = await run({ context: context(cycle) });
    expect(told(judged)[0]).toBe(`T01 fail: ${cycle}`);
  }
});

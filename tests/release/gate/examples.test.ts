// @module-tag git

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import { commandLine } from '../../../scripts/commands.ts';
import { readDocument } from '../../docs/markdown.ts';
import { emptyFolder } from '../../scripts/vigil.ts';
import { port, token } from './gate-port.ts';
import { deployedMs } from './green.ts';

const require = createRequire(import.meta.url);
const { validateAction, validateWorkflow } = require('@action-validator/core');

test('action.yml is an action by GitHub’s schema, and its mistakes would be noticed', () => {
  const text = readDocument('action.yml');
  expect(validateAction(text).errors).toEqual([]);
  expect(validateAction(text.replace('using: composite', 'using: compost')).errors).not.toEqual([]);
  expect(validateAction(text.replace('      shell: bash\n', '')).errors).not.toEqual([]);
});

test('the workflow is one by GitHub’s schema, and calls the action with inputs that it has', () => {
  const text = readDocument('examples/github-workflow.yml');
  expect(validateWorkflow(text).errors).toEqual([]);
  expect(validateWorkflow(text.replace('runs-on', 'runs-at')).errors).not.toEqual([]);
  const { inputs, outputs } = parse(readDocument('action.yml'));
  const steps = parse(text).jobs['scale-up'].steps;
  const gate = steps.find(({ id }: { id?: string }) => id === 'gate');
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(gate.with)));
  expect(Object.keys(outputs)).toEqual(['verdict', 'ask-again-at']);
});

test('no input and no parameter stands in the text of a script, where it could be a command', () => {
  const scripts = [
    ...parse(readDocument('action.yml')).runs.steps,
    ...parse(readDocument('examples/github-workflow.yml')).jobs['scale-up'].steps,
  ].flatMap(({ run }) => run ?? []);
  expect(scripts.length).toBeGreaterThan(2);
  for (const script of scripts) expect(script).not.toContain('${{');
});

/** Runs the last step of the action as GitHub does, in a folder with these files. */
async function runAction(env: Record<string, string>, files: Record<string, string> = {}) {
  const step = parse(readDocument('action.yml')).runs.steps.at(-1);
  const cwd = emptyFolder({ ...files, output: '' });
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const { exitCode, stdout } = await execa(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run],
    {
      cwd,
      reject: false,
      extendEnv: false,
      env: {
        PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
        GITHUB_OUTPUT: path.join(cwd, 'output'),
        GITHUB_ACTION_PATH: root,
        TO: '50',
        JUNIT: 'gate.xml',
        ...env,
      },
    },
  );
  return { exitCode, stdout, output: readFileSync(path.join(cwd, 'output'), 'utf8') };
}

/** An installed Vigil that answers as given, and keeps what it was asked. */
const installed = (answer: string, code: number) => {
  const program = `
    require('node:fs').writeFileSync('asked', process.argv.slice(2).join(' '));
    process.stdout.write(${JSON.stringify(answer)}); process.exitCode = ${code};`;
  const manifest = { name: 'vitest-vigil', bin: { vigil: 'vigil.cjs' } };
  return {
    'node_modules/vitest-vigil/package.json': JSON.stringify(manifest),
    'node_modules/vitest-vigil/vigil.cjs': program,
  };
};

const noAnswer = 'verdict=inconclusive\nask-again-at=\n';

test('the action asks a running Vigil, and takes the stage with the token alone', async () => {
  const { url, history } = await port();
  const taken = () => history.takenStages(deployedMs).map(({ percent }) => percent);
  const asked = await runAction({ URL_OF_VIGIL: url });
  expect(asked).toMatchObject({ exitCode: 0, output: 'verdict=pass\nask-again-at=\n' });
  expect(taken()).toEqual([25]);
  expect(await runAction({ URL_OF_VIGIL: `${url}/`, TOKEN: token })).toMatchObject({ exitCode: 0 });
  expect(taken()).toEqual([25, 50]);
  const early = await runAction({ URL_OF_VIGIL: url, TOKEN: token, TO: '100' });
  expect(early.exitCode).toBe(1);
  expect(early.output).toMatch(/^verdict=fail\nask-again-at=2026-01-/);
});

test('an action that nobody answers says why in one sentence, and ends with 2', async () => {
  const { url } = await port();
  const cases: [Record<string, string>, RegExp][] = [
    [
      { URL_OF_VIGIL: url, TOKEN: 'wrong' },
      /answered HTTP 401, not allowed: the token is not the right one$/,
    ],
    [{ URL_OF_VIGIL: `${url}/metrics#` }, /answered HTTP 200, no JSON$/],
    [
      { URL_OF_VIGIL: `http://127.0.0.1:${await freePort()}` },
      /can't be reached at http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED$/,
    ],
    [{}, /vitest-vigil is not installed in .*: run npm ci before this step, or set url$/],
  ];
  for (const [env, why] of cases) {
    const { exitCode, stdout, output } = await runAction(env);
    expect([exitCode, output]).toEqual([2, noAnswer]);
    expect(stdout).toMatch(why);
    expect(stdout.split('\n')).toHaveLength(1);
  }
});

test('without an address the action asks the Vigil that is installed beside it', async () => {
  const later = '{"verdict":"inconclusive","askAgainAt":"2026-01-05T06:00:00.000Z"}';
  expect(await runAction({ CONFIG: 'my config.ts' }, installed(later, 2))).toMatchObject({
    exitCode: 2,
    output: 'verdict=inconclusive\nask-again-at=2026-01-05T06:00:00.000Z\n',
  });
  const pass = await runAction({}, installed('{"verdict":"pass","askAgainAt":null}', 0));
  expect(pass).toMatchObject({ exitCode: 0, output: 'verdict=pass\nask-again-at=\n' });
  // What says nothing, or not in JSON, or ended otherwise than it says, is no pass.
  for (const [answer, code] of [
    ['', 0],
    ['', 64],
    ['{"verdict":"pass"}', 70],
  ] as const)
    expect(await runAction({}, installed(answer, code))).toMatchObject({ exitCode: 2, output: noAnswer });
});

const gitlab = require.resolve('gitlab-ci-local');

/** Checks a pipeline by GitLab's JSON schema, as gitlab-ci-local carries it. */
async function pipeline(text: string) {
  const cwd = emptyFolder({ '.gitlab-ci.yml': text });
  await execa('git', ['init', '-q'], { cwd });
  return execa(process.execPath, [gitlab, '--list-json'], { cwd, reject: false, env: { NO_COLOR: '1' } });
}

test('the pipeline is one by GitLab’s schema, and a misspelt one is not', async () => {
  const text = readDocument('examples/gitlab-ci.yml');
  const [good, bad] = await Promise.all([
    pipeline(text),
    pipeline(text.replace('reports:\n      junit', 'report:\n      junit')),
  ]);
  expect([good.exitCode, good.stdout + good.stderr]).toEqual([
    0,
    expect.stringContaining('json schema validated'),
  ]);
  expect(
    JSON.parse(good.stdout.slice(good.stdout.indexOf('['))).map(({ name }: { name: string }) => name),
  ).toEqual(['gate', 'scale-up']);
  expect(bad.exitCode).not.toBe(0);
});

test('the Jenkinsfile has its braces and its stages in order; Jenkins has no schema', () => {
  const text = readDocument('examples/Jenkinsfile');
  let depth = 0;
  for (const character of text) {
    depth += character === '{' ? 1 : character === '}' ? -1 : 0;
    expect(depth).toBeGreaterThanOrEqual(0);
  }
  expect(depth).toBe(0);
  expect([...text.matchAll(/stage\('([^']+)'\)/g)].map(([, name]) => name)).toEqual([
    'Install',
    'Gate',
    'Scale up',
  ]);
  expect(text).toMatch(/^pipeline \{/);
  // A step that doesn't fail by its exit code would let everything through.
  expect(text).not.toMatch(/returnStatus|catchError/);
});

test('every example calls the gate with options that it has', () => {
  const gate = commandLine().commands.find((command) => command.name() === 'gate');
  const known = gate?.options.map(({ long }) => long);
  for (const file of ['examples/gitlab-ci.yml', 'examples/Jenkinsfile']) {
    const [, line = ''] = /npx --no vitest-vigil gate ([^\n']*)/.exec(readDocument(file)) ?? [];
    const options = line.match(/--[\w-]+/g) ?? [];
    expect(options.length).toBeGreaterThan(1);
    expect(known).toEqual(expect.arrayContaining(options));
  }
});

test('Flagger’s canary has each hook on a URL of its own', () => {
  const { webhooks, stepWeights } = parse(readDocument('examples/flagger-canary.yaml')).spec.analysis;
  expect(
    webhooks.map(({ type, url }: { type: string; url: string }) => [type, new URL(url).pathname]),
  ).toEqual([
    ['event', '/flagger/event'],
    ['confirm-rollout', '/flagger/confirm-rollout'],
    ['confirm-traffic-increase', '/flagger/confirm-traffic-increase'],
    ['confirm-promotion', '/flagger/confirm-promotion'],
    ['rollback', '/flagger/rollback'],
  ]);
  expect(stepWeights).toEqual([25, 50, 75]);
});

test('Argo’s template sets both conditions on what the web metric answers', () => {
  const [metric] = parse(readDocument('examples/argo-analysis-template.yaml')).spec.metrics;
  expect([metric.successCondition, metric.failureCondition]).toEqual([
    'result == "pass"',
    'result == "fail"',
  ]);
  expect(metric.provider.web).toMatchObject({
    method: 'POST',
    jsonPath: '{$.data.verdict}',
    timeoutSeconds: 10,
  });
});

// @module-tag git

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandLine } from '../../../scripts/commands.ts';
import { readDocument } from '../../docs/markdown.ts';
import { emptyFolder } from '../../scripts/vigil.ts';

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

/** Runs the action's own script as GitHub does, with a `vigil` that answers as given. */
async function runAction(answer: string, code: number) {
  const step = parse(readDocument('action.yml')).runs.steps[0];
  const bin = `#!/bin/sh\nprintf '%s\\n' "$@" > "$RUNNER_TEMP/arguments"\nprintf '%s' '${answer}'\nexit ${code}\n`;
  const folder = emptyFolder({ npx: bin, output: '' });
  await execa('chmod', ['+x', path.join(folder, 'npx')]);
  const { exitCode, stderr } = await execa(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run],
    {
      cwd: folder,
      reject: false,
      env: {
        PATH: `${folder}:${path.dirname(process.execPath)}:${process.env.PATH}`,
        RUNNER_TEMP: folder,
        GITHUB_OUTPUT: path.join(folder, 'output'),
        TO: '50',
        REPORTS: 'my reports',
        CONFIG: '',
        JUNIT: 'gate.xml',
      },
    },
  );
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
  return { exitCode, stderr, output: read('output'), given: read('arguments').trim().split('\n') };
}

test('the action hands on the exit code and the verdict', async () => {
  const pass = await runAction('{"verdict":"pass","askAgainAt":null}', 0);
  expect(pass).toMatchObject({ exitCode: 0, output: 'verdict=pass\nask-again-at=\n' });
  expect(pass.given).toEqual([
    '--no',
    'vitest-vigil',
    'gate',
    '--to',
    '50',
    '--junit',
    'gate.xml',
    '--json',
    '--reports',
    'my reports',
  ]);
  const later = await runAction('{"verdict":"inconclusive","askAgainAt":"2026-01-05T06:00:00.000Z"}', 2);
  expect(later).toMatchObject({
    exitCode: 2,
    output: 'verdict=inconclusive\nask-again-at=2026-01-05T06:00:00.000Z\n',
  });
});

test('a vigil that says nothing, or not in JSON, is no pass whatever it exits with', async () => {
  expect((await runAction('', 0)).exitCode).toBe(70);
  expect((await runAction('', 64)).exitCode).toBe(64);
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

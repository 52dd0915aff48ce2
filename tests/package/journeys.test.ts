import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import type { CycleDocument } from '../../src/views/summary/cycle-schema.ts';
import { soonJudged } from '../scripts/crowded.ts';
import {
  emptyProject,
  installedProject,
  installedWith,
  must,
  projectBeside,
  type Ran,
  repository,
  run,
  tarballIn,
  vigilIn,
  writeFiles,
} from './install.ts';
import { furtherSteps, projects, steps } from './projects.ts';

/** From the empty folder on; the time that a person may need for it. */

let installed: string;
let nodes: Promise<string>;
let url: string;
let isWell = true;
const folders: string[] = [];
const service = http.createServer((_, response) => response.writeHead(isWell ? 200 : 500).end('shop'));

/** Other Nodes than this one, from npm. */
async function otherNodes(): Promise<string> {
  const folder = emptyProject();
  folders.push(folder);
  const aliases = { node22: 'npm:node@22.19.0', node26: 'npm:node@26' };
  const allowScripts = { node: true, node22: true, node26: true };
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ private: true, allowScripts, dependencies: aliases }),
  );
  await must('npm', ['install', '--no-audit', '--no-fund'], folder);
  return folder;
}

const documentOf = ({ stdout, stderr }: Ran): CycleDocument => {
  if (stdout === '') throw new Error(`no document: ${stderr}`);
  return JSON.parse(stdout) as CycleDocument;
};

beforeAll(async () => {
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  nodes = otherNodes();
  nodes.catch(() => {}); // awaited where it is needed
});
afterAll(async () => {
  service.close();
  await nodes.catch(() => {});
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function beside(files: Record<string, string>): string {
  const folder = projectBeside(installed, files);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('from npm init to a first green cycle against somebody’s own URL', async () => {
  installed = await installedProject();
  const init = ['--no', 'vitest-vigil', 'init', '--yes', '--ci', '--url', url];
  expect(await must('npx', init, installed)).toContain('written health-tests/service.check.ts');
  for (const name of ['vigil', 'vitest-vigil'])
    expect(await must('npx', ['--no', '--', name, '--version'], installed)).toBe('0.1.0\n');
  const cycle = await run('npx', ['--no', 'vitest-vigil', 'monitor', '--json'], { cwd: installed });
  expect(cycle.code, cycle.stderr).toBe(0);
  expect(documentOf(cycle)).toMatchObject({
    verdict: 'pass',
    completeness: 'declared',
    checks: [{ id: 'W01', outcome: 'pass', measurements: [{}, { name: 'latency', unit: 'seconds' }] }],
  });
});

describe('in the project that was installed', () => {
  test('init overwrites nothing and says what it kept', async () => {
    const config = path.join(installed, 'vigil.config.mts');
    const own = `${readFileSync(config, 'utf8')}// mine\n`;
    writeFileSync(config, own);
    const { stdout } = await vigilIn(installed, ['init', '--yes', '--url', 'http://127.0.0.1:1']);
    expect(stdout).not.toContain('written');
    expect(stdout).toContain('kept    vigil.config.mts');
    expect(readFileSync(config, 'utf8')).toBe(own);
  });

  test('the CI step is a workflow that runs one cycle', () => {
    const text = readFileSync(path.join(installed, '.github/workflows/vigil.yml'), 'utf8');
    const { jobs } = parse(text) as { jobs: { health: { steps: { run?: string }[] } } };
    expect(jobs.health.steps.map((step) => step.run).filter(Boolean)).toEqual([
      'npm ci',
      'npx vitest-vigil monitor',
    ]);
  });

  test('the first check turns red with its service, by name, value and next step', async () => {
    isWell = false;
    onTestFinished(() => {
      isWell = true;
    });
    const { code, stdout } = await vigilIn(installed, ['monitor']);
    expect(code).toBe(1);
    const said = stdout.replace(/\s+/g, ' ');
    expect(said).toContain('W01 the service answers critical P1');
    expect(said).toContain('GET / answered 500');
    expect(said).toContain('→ is the service running, and is this its address?');
  });

  test('Vitest alone runs the same checks', async () => {
    const { code, stdout } = await run('npx', ['--no', 'vitest', 'run', '--root', 'health-tests'], {
      cwd: installed,
    });
    expect(code, stdout).toBe(0);
  });

  test.for(['node22', 'node26'])('it works on %s as well', async (name) => {
    const node = path.join(await nodes, 'node_modules', name, 'bin/node');
    expect(await must(node, ['--version'], installed)).toMatch(name === 'node22' ? /^v22\.19\.0/ : /^v26\./);
    const { code, stdout, stderr } = await vigilIn(installed, ['monitor', '--json'], node);
    expect({ code, stderr: /^\s+at /m.test(stderr) }, stderr).toEqual({ code: 0, stderr: false });
    expect(documentOf({ code, stdout, stderr }).checks).toHaveLength(1);
  });
});

describe.for(projects.map((project) => [project.name, project] as const))('%s', ([, project]) => {
  const tags = project.program ? [project.program] : [];
  test('is a monitor: well while its service is, ill when it isn’t', { tags }, async () => {
    const cwd = beside(project.files(url));
    const all = project === projects[0] ? [...steps, ...furtherSteps] : steps;
    for (const { args, well } of all) {
      const ran = await vigilIn(cwd, args);
      expect({ args, code: ran.code }, `${ran.stdout}${ran.stderr}`).toEqual({ args, code: well });
    }
    isWell = false;
    onTestFinished(() => {
      isWell = true;
    });
    for (const { args, ill } of all) {
      const ran = await vigilIn(cwd, args);
      expect({ args, code: ran.code }, `${ran.stdout}${ran.stderr}`).toEqual({ args, code: ill });
      if (args[1] !== '--json' || args[0] !== 'monitor') continue;
      const failed = documentOf(ran).checks.filter(({ outcome }) => outcome === 'fail');
      expect(failed.map(({ id }) => id)).toEqual([project.check]);
    }
  });
});

test('a fault of the reference target is drilled from the package', async () => {
  const { code, stdout, stderr } = await vigilIn(beside({}), ['drill', '--fault', 'check-removed', '--json']);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('check-removed');
});

test.for([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])(
  'the public types hold what they promise, and refuse what they must, as %s by %s',
  async ([module, moduleResolution]) => {
    const cwd = beside({
      'types.ts': readFileSync(path.join(repository, 'tests/package/types.ts.txt'), 'utf8'),
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          module,
          moduleResolution,
          target: 'es2024',
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          skipLibCheck: false,
          types: ['node'],
          typeRoots: ['roots'],
        },
        files: ['types.ts'],
      }),
    });
    // Node's own types, as who writes TypeScript for Node has them.
    mkdirSync(path.join(cwd, 'roots'));
    symlinkSync(path.join(repository, 'node_modules/@types/node'), path.join(cwd, 'roots/node'));
    const compiler = path.join(repository, 'node_modules/typescript/bin/tsc');
    const { code, stdout } = await run(process.execPath, [compiler, '-p', '.'], { cwd });
    expect(stdout).toBe('');
    expect(code).toBe(0);
  },
);

describe('with another Vitest', () => {
  const suite = {
    'vigil.config.json': JSON.stringify({ target: { url: 'http://127.0.0.1:1' }, suite: { root: 'checks' } }),
    'checks/vitest.config.js':
      "import { healthTests } from 'vitest-vigil/config';\nexport default healthTests();\n",
    'checks/own.check.js': `
      import { check } from 'vitest-vigil/vitest';
      check('counts', { id: 'W01', objective: '< 3' }, ({ measure }) => void measure(2, 'count', '< 3'));`,
  };
  async function suiteWith(...vitest: [string, ...string[]]): Promise<string> {
    const folder = await installedWith(...vitest);
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    writeFiles(folder, { ...suite, 'package.json': JSON.stringify({ ...manifest, type: 'module' }) });
    return folder;
  }

  test('a suite and the 36 checks are judged by Vitest 4', async () => {
    const cwd = await suiteWith('vitest@4');
    const own = documentOf(await vigilIn(cwd, ['monitor', '--json']));
    expect(own.checks).toMatchObject([{ id: 'W01', outcome: 'pass' }]);
    writeFileSync(path.join(cwd, 'all.json'), JSON.stringify({ thresholds: soonJudged }));
    const all = documentOf(await vigilIn(cwd, ['monitor', '--json', '--config', 'all.json']));
    expect(all.checks.filter(({ executed, outcome }) => executed || outcome === 'skipped')).toHaveLength(36);
    expect(all.checks.find(({ id }) => id === 'H05')).toMatchObject({ outcome: 'pass' });
  });

  test('Vitest 3 is refused by its version, and works by suite.command', async () => {
    const cwd = await suiteWith('vitest@3', '--legacy-peer-deps');
    const refused = await vigilIn(cwd, ['monitor']);
    expect(refused).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(/^Vitest 3\.\d+ found; 4 or newer is needed, or use suite\.command\n/),
    });
    writeFileSync(
      path.join(cwd, 'plain.test.js'),
      "import { test } from 'vitest';\ntest('well', () => {});\n",
    );
    const command = ['npx', 'vitest', 'run', 'plain', '--reporter=junit', '--outputFile={junit}'];
    const config = { target: { url }, suite: { command, root: '.' } };
    writeFileSync(path.join(cwd, 'command.json'), JSON.stringify(config));
    const ran = documentOf(await vigilIn(cwd, ['monitor', '--json', '--config', 'command.json']));
    expect(ran.checks).toMatchObject([{ outcome: 'pass' }]);
  });
});

describe('the package', () => {
  test('holds JavaScript, its types, documents and schemas, and nothing else', () => {
    const root = path.join(installed, 'node_modules/vitest-vigil');
    const files = globSync('**/*', { cwd: root, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('.vite'))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
    const folders = new Set(files.map((file) => (file.includes('/') ? file.split('/', 1)[0] : file)));
    expect([...folders].sort()).toEqual(
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs', 'package.json', 'schemas'].sort(),
    );
    const sources = files.filter((file) => /(?<!\.d)\.[cm]?ts$/.test(file));
    expect(sources).toEqual([]);
    // Declarations of what others import, and of nothing else.
    expect(files.filter((file) => /\.d\.ts$/.test(file) && !file.startsWith('dist/types/'))).toEqual([]);
    expect(files.filter((file) => /^dist\/(tests|tools|bench)\//.test(file))).toEqual([]);
    // Whatever stands beside the TypeScript is there too.
    expect(files).toEqual(
      expect.arrayContaining([
        'dist/src/monitor/loop/sentinel-check.mjs',
        'dist/src/setup/init/templates/checks.json',
        'dist/src/setup/init/templates/service.check.ts.txt',
        'dist/src/setup/init/templates/vigil.config.ts.txt',
        'dist/src/setup/init/templates/vitest.config.ts.txt',
        'dist/src/setup/init/templates/workflow.yaml',
        'dist/src/setup/render/monitoring/templates/compose.yaml',
        'dist/src/setup/render/monitoring/templates/grafana.yaml',
        'dist/src/setup/render/monitoring/templates/kubernetes.yaml',
        'dist/src/setup/render/monitoring/templates/vigil.dockerfile',
        'dist/src/setup/render/monitoring/templates/vigil.dockerignore',
        'dist/src/setup/render/monitoring/templates/vigil.service',
        'dist/fixtures/range/clock-ahead.mjs',
      ]),
    );
  });

  test('stays small and runs nothing when it is installed', () => {
    expect(statSync(tarballIn(installed)).size).toBeLessThan(3_000_000);
    const manifest = JSON.parse(
      readFileSync(path.join(installed, 'node_modules/vitest-vigil/package.json'), 'utf8'),
    );
    // What is bundled is nobody's to install; its licences come with it.
    expect(Object.keys(manifest.dependencies)).toEqual(['zod']);
    const licences = 'node_modules/vitest-vigil/dist/THIRD-PARTY-LICENSES.txt';
    expect(readFileSync(path.join(installed, licences), 'utf8')).toMatch(/^fastify \d+\.\d+\.\d+, MIT$/m);
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
    expect(Object.keys(manifest.scripts).filter((name) => hooks.includes(name))).toEqual([]);
    expect(manifest.peerDependencies.vitest).toBe('^4.0.0 || ^5.0.0');
    expect(existsSync(path.join(installed, 'node_modules/pg'))).toBe(false);
  });

  test('says that the driver is missing where a database is asked without it', async () => {
    const probe = { type: 'sql', url: 'postgres://me@127.0.0.1:1/x', query: 'select 1', must: '>= 1' };
    const cwd = beside({ 'vigil.config.json': JSON.stringify({ probes: [probe] }) });
    const ran = await vigilIn(cwd, ['monitor']);
    expect(ran.code).toBe(1);
    expect(ran.stdout.replace(/\s+/g, ' ')).toContain('the PostgreSQL driver was not found');
  });

  test.for([
    ['publint', ['publint', 'run', '--strict']],
    ['attw', ['attw', '--profile', 'esm-only', '--no-color']],
  ] as const)('%s finds no fault', async ([, [program, ...args]]) => {
    const copy = path.join(installed, `${program}.tgz`);
    cpSync(tarballIn(installed), copy);
    const { code, stdout, stderr } = await run('npx', ['--no', program, ...withFile(program, args, copy)], {
      cwd: repository,
    });
    expect(code, `${stdout}${stderr}`).toBe(0);
  });
});

const withFile = (program: string, args: readonly string[], file: string): string[] =>
  program === 'publint' ? ['run', file, '--strict'] : [file, ...args];

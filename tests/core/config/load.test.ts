import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/core/config/load.ts';
import { VigilError } from '../../../src/core/errors.ts';
import { folderWith } from './files.ts';

const target = `{ orchestration: 'http://127.0.0.1:8000' }`;

async function mistake(folder: string, named?: string): Promise<VigilError> {
  const thrown = await loadConfig(folder, named).then(
    ({ config }) => new Error(`it was accepted: ${JSON.stringify(config.target)}`),
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof VigilError)) throw thrown;
  expect(thrown.code).toBe('CONFIG_INVALID');
  return thrown;
}

test('without a configuration everything is default and the target is the embedded one', async () => {
  const folder = folderWith({});
  const { config, file } = await loadConfig(folder);
  expect(file).toBeUndefined();
  expect(config).toMatchObject({
    name: 'Genesis',
    interval: 300_000,
    timeout: 120_000,
    liveWindow: 300_000,
    reports: path.join(folder, 'reports'),
  });
  expect(config.target).toBeUndefined();
});

test.for([
  ['vigil.config.ts', `const name: string = 'own'; export default { name, target: ${target} };`],
  ['vigil.config.js', `export default { name: 'own', target: ${target} };`],
  ['vigil.config.mjs', `export default Promise.resolve({ name: 'own', target: ${target} });`],
  ['vigil.config.json', '{ "name": "own", "target": { "orchestration": "http://127.0.0.1:8000/" } }'],
] as const)('%s is found and read', async ([name, text]) => {
  const folder = folderWith({ [name]: text, 'package.json': '{"type":"module"}' });
  const { config, file } = await loadConfig(folder);
  expect(file).toBe(path.join(folder, name));
  expect(config).toMatchObject({ name: 'own', target: { orchestration: 'http://127.0.0.1:8000' } });
});

test('paths are relative to the configuration’s folder, wherever it is started', async () => {
  const folder = folderWith({
    'vigil.config.mjs': `export default { reports: 'out', suite: { root: 'suite', junit: 'own.xml' }, target: { orchestration: 'http://h',
      logs: ['logs/*.log', '/var/log/x.log'], release: { manifest: 'release/manifest.json' }, smoke: { command: ['npm', 'test'], junit: '-' } } };`,
  });
  const { config } = await loadConfig('/', path.join(folder, 'vigil.config.mjs'));
  const at = (name: string) => path.join(folder, name);
  expect(config).toMatchObject({
    reports: at('out'),
    suite: { root: at('suite'), junit: 'own.xml' },
    target: {
      logs: [at('logs/*.log'), '/var/log/x.log'],
      release: { manifest: at('release/manifest.json') },
    },
  });
  expect(config.target?.smoke?.cwd).toBe(folder);
});

test('so are those of the suite, of probes and of a rollback', async () => {
  const rollback = {
    options: ['flag', 'git', 'backup', 'database'],
    cwd: 'app',
    commands: { restart: ['restart'] },
    verify: { suite: { command: ['check'], cwd: 'verify' } },
    validate: { suite: { command: ['check'], cwd: 'validate' } },
    flag: { file: 'flags.json' },
    git: { folder: 'git' },
    backup: { archive: 'old.tar', folder: 'release' },
    database: { engine: 'sqlite', file: 'shop.db', dump: 'shop.sql' },
  };
  const folder = folderWith({
    'vigil.config.json': JSON.stringify({
      suite: { root: 'suite', catalogue: 'checks.json' },
      probes: [
        { type: 'tls', host: 'h', ca: 'ca.pem' },
        { type: 'command', command: ['df'], cwd: 'disk' },
        { type: 'dns', host: 'h' },
      ],
      rollback,
    }),
  });
  const { config } = await loadConfig('/', path.join(folder, 'vigil.config.json'));
  const at = (name: string) => path.join(folder, name);
  expect(config).toMatchObject({
    folder,
    suite: { root: at('suite'), catalogue: at('checks.json') },
    probes: [{ ca: at('ca.pem') }, { cwd: at('disk') }, { type: 'dns' }],
    rollback: {
      cwd: at('app'),
      verify: { suite: { cwd: at('verify') } },
      validate: { suite: { cwd: at('validate') } },
      flag: { file: at('flags.json') },
      git: { folder: at('git') },
      backup: { archive: at('old.tar'), folder: at('release') },
      database: { file: at('shop.db'), dump: at('shop.sql') },
    },
  });
});

test.for([
  ['', 'named has no name'],
  ['  ', 'named has no name'],
  ['nowhere.ts', 'there is no configuration'],
  ['.', 'could not be read'],
] as const)('a configuration named “%s” never means the embedded target', async ([named, says]) => {
  const folder = folderWith({});
  expect((await mistake(folder, named)).message).toContain(says);
});

test.for(['vigil.config.cts', 'vigil.config.cjs', 'vigil.config.yaml', 'vigil.config.jsonc'])(
  '%s, which is not looked for, never means the embedded target',
  async (name) => {
    const error = await mistake(folderWith({ [name]: '' }));
    expect(error.message).toContain(`${name} is not read by itself`);
    expect(error.hint).toContain(`--config ${name}`);
  },
);

test('a stranger beside a configuration that is read does no harm', async () => {
  const folder = folderWith({ 'vigil.config.json': '{"name":"own"}', 'vigil.config.bak': '' });
  expect((await loadConfig(folder)).config.name).toBe('own');
});

test.for([
  ['a syntax error in TypeScript', 'bad.ts', 'export default {', 'could not be read'],
  ['a syntax error in JSON', 'bad.json', '{"name":', 'could not be read'],
  ['a module that throws', 'bad.mjs', `throw new Error('no network');`, 'no network'],
  ['an import of nothing', 'bad.mjs', `import './nowhere.mjs';`, 'Cannot find module'],
  ['no default export', 'bad.mjs', 'export const name = 1;', 'has no default export'],
  ['an undefined default export', 'bad.mjs', 'export default undefined;', 'has no default export'],
] as const)('%s names the file and what is wrong', async ([, name, text, says]) => {
  const folder = folderWith({ [name]: text });
  const { message } = await mistake(folder, name);
  expect(message).toContain(path.join(folder, name));
  expect(message).toContain(says);
});

test('a folder where the configuration should be is told', async () => {
  const folder = folderWith({});
  mkdirSync(path.join(folder, 'vigil.config.ts'));
  expect((await mistake(folder)).message).toContain('could not be read');
});

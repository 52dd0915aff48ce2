import { afterEach, expect, test } from 'vitest';
import { explainConfig } from '../../../src/core/config/explain.ts';
import { leaves } from '../../../src/core/config/leaves.ts';
import { loadConfig } from '../../../src/core/config/load.ts';
import { folderWith } from './files.ts';

const set: string[] = [];
const env = (values: Record<string, string>) => {
  for (const [name, value] of Object.entries(values)) {
    process.env[name] = value;
    set.push(name);
  }
};
afterEach(() => {
  for (const name of set.splice(0)) delete process.env[name];
});
const file =
  "export default { name: 'shop', target: { url: 'http://file' }, probes: [{ type: 'http', url: '/' }] };";

test('variables alone are a configuration', async () => {
  env({
    VIGIL_TARGET_URL: 'https://shop.example.com/',
    VIGIL_PROBES: '[{ "type": "http", "url": "/health" }]',
    VIGIL_INTERVAL: '10m',
    VIGIL_NETWORK_ATTEMPTS: '3',
    VIGIL_SUITE_REMEMBER: 'false',
    VIGIL_METRICS_PREFIX: 'shop',
  });
  const { config, file: from } = await loadConfig('/');
  expect(from).toBeUndefined();
  expect(config).toMatchObject({
    target: { orchestration: 'https://shop.example.com' },
    interval: 600_000,
    network: { attempts: 3 },
    suite: { remember: false },
    metricsPrefix: 'shop',
    probes: [{ type: 'http', url: '/health' }],
  });
});

test('a variable stands over the file, key by key; an empty one is as if it were not set', async () => {
  env({ VIGIL_TARGET_URL: 'http://variable', VIGIL_NAME: '', VIGIL_TARGET_HOST_DISK: '/srv' });
  const { config } = await loadConfig(folderWith({ 'vigil.config.mjs': file }));
  expect(config).toMatchObject({
    name: 'shop',
    target: { orchestration: 'http://variable', host: { disk: '/srv' } },
  });
});

test.for<[string, Record<string, string>, RegExp]>([
  ['a misspelt variable', { VIGIL_TAGRET_URL: 'http://h' }, /VIGIL_TAGRET_URL, which is not a key/],
  [
    'a value of the wrong kind',
    { VIGIL_TARGET_URL: 'shop', VIGIL_SUITE_ROOT: '.' },
    /target\.url \(VIGIL_TARGET_URL\): expected an http/,
  ],
  [
    'a number that is none',
    { VIGIL_NETWORK_ATTEMPTS: 'two' },
    /network\.attempts \(VIGIL_NETWORK_ATTEMPTS\): expected/,
  ],
  ['a list that is no JSON', { VIGIL_PROBES: 'http' }, /VIGIL_PROBES holds no JSON/],
])('%s is refused by its name', async ([, values, says]) => {
  env(values);
  await expect(loadConfig('/')).rejects.toThrow(says);
});

test('a misspelt variable is told which one is meant', async () => {
  env({ VIGIL_TARGET_ORCHESTRATOR: 'http://h' });
  await expect(loadConfig('/')).rejects.toMatchObject({ hint: 'is VIGIL_TARGET_ORCHESTRATION meant?' });
});

test('a secret that the file names by reference may be called VIGIL_…', async () => {
  env({ VIGIL_SLACK: 'https://hooks.example.com/secret' });
  const channels = "notifications: { channels: [{ type: 'slack', secretUrl: 'env:VIGIL_SLACK' }] }";
  const folder = folderWith({ 'vigil.config.mjs': `export default { ${channels} };` });
  await expect(loadConfig(folder)).resolves.toMatchObject({
    config: { notifications: { channels: [{ type: 'slack', secretUrl: 'env:VIGIL_SLACK' }] } },
  });
});

test('every key is explained with its value, who gave it, and the variable that would', async () => {
  env({ VIGIL_TARGET_URL: 'http://user:hunter2@variable' });
  const folder = folderWith({ 'vigil.config.mjs': file });
  const explained = explainConfig(await loadConfig(folder));
  const of = (key: string) => explained.find((entry) => entry.key === key);
  expect(of('target.url')).toMatchObject({ source: 'environment', from: 'VIGIL_TARGET_URL' });
  expect(of('name')).toEqual({
    key: 'name',
    value: '"shop"',
    variable: 'VIGIL_NAME',
    source: 'file',
    from: `${folder}/vigil.config.mjs`,
  });
  expect(of('interval')).toMatchObject({ value: '5m', source: 'default' });
  expect(of('target.logs')).toMatchObject({ value: undefined, source: 'default' });
  expect(of('target.planner')).toMatchObject({ value: undefined, source: 'default' });
  expect(JSON.stringify(explained)).not.toContain('hunter2');
  expect(explained).toHaveLength(leaves.length);
});

test('every variable is the path of its key, and none means two', () => {
  const names = leaves.map(({ variable }) => variable);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['VIGIL_TARGET_HOST_NODE_EXPORTER', 'VIGIL_LIVE_WINDOW']));
  // Those through which the runner speaks to its child are no keys.
  for (const name of ['VIGIL_CONFIG', 'VIGIL_CONTEXT', 'VIGIL_EVENTS']) expect(names).not.toContain(name);
});

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv } from 'ajv';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../../../../fixtures/range/spawn-server.ts';
import manifest from '../../../../package.json' with { type: 'json' };
import type { VigilConfigInput } from '../../../../src/core/config/schema.ts';
import { validateConfig } from '../../../../src/core/config/validate.ts';
import { monitoringFiles } from '../../../../src/setup/render/monitoring/monitoring-files.ts';
import { httpServer } from '../../../clients/servers.ts';
import { root } from '../../../docs/markdown.ts';
import { folderWith } from '../../../support/folder-with.ts';
import { vigilHere } from '../../../support/vigil-here.ts';
import { said, settingsFor } from './rendered.ts';

interface Service {
  image: string;
  ports?: string[];
  depends_on?: Record<string, unknown>;
  network_mode?: string;
  volumes?: string[];
  secrets?: string[];
  healthcheck?: { test: string[] };
  command?: string[];
  entrypoint?: string[];
  user?: string;
  environment?: Record<string, string>;
  [key: string]: unknown;
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  secrets: Record<string, unknown>;
}

const filesFor = async (config: VigilConfigInput = {}) =>
  new Map((await monitoringFiles(settingsFor(config))).map(({ path: file, text }) => [file, text]));
const files = await filesFor();
const textOf = (name: string, of = files) => of.get(name) ?? '';
const compose: Compose = parse(textOf('compose.yaml'));
const services = Object.entries(compose.services);

const schemaFile = path.join(
  path.dirname(createRequire(import.meta.url).resolve('dclint/package.json')),
  'schemas/compose.schema.json',
);
const schema = JSON.parse(readFileSync(schemaFile, 'utf8'));
// The schema names a dialect by an address that Ajv knows under another.
const accepts = new Ajv({ strict: false, validateFormats: false }).compile({ ...schema, $schema: undefined });

const own: VigilConfigInput = {
  target: { orchestration: 'https://genesis.example.com', planner: 'https://planner.example.com' },
  monitoring: {
    webhook: 'https://on-call.example.com/alerts',
    slack: { apiUrlFile: '/etc/alertmanager/secrets/slack', channel: '#on-call' },
  },
};

describe('compose.yaml', () => {
  test('keeps to the compose specification, also for a deployment of one’s own', async () => {
    for (const one of [compose, parse(textOf('compose.yaml', await filesFor(own)))]) {
      accepts(one);
      expect(accepts.errors).toBeNull();
    }
    expect(accepts({ services: { a: { image: 1 } } })).toBe(false);
  });

  test('has Prometheus, Grafana, Alertmanager, node_exporter, the target and Vigil', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      [
        'alertmanager',
        'genesis',
        'grafana',
        'node-exporter',
        'pod',
        'prometheus',
        'receiver',
        'vigil',
      ].sort(),
    );
  });

  test('leaves out the reference target and the receiver where there are others', async () => {
    const { services: others } = parse(textOf('compose.yaml', await filesFor(own))) as Compose;
    expect(Object.keys(others)).not.toEqual(expect.arrayContaining(['genesis']));
    expect(Object.keys(others)).not.toEqual(expect.arrayContaining(['receiver']));
    expect(others.alertmanager?.volumes).toContain(
      '/etc/alertmanager/secrets/slack:/etc/alertmanager/secrets/slack:ro',
    );
  });

  test('refers only to services, volumes, secrets and files that there are', () => {
    for (const [name, { depends_on: needs = {}, network_mode: mode = '', ...service }] of services) {
      const named = [...Object.keys(needs), ...(mode.startsWith('service:') ? [mode.slice(8)] : [])];
      for (const other of named) expect.soft(compose.services, name).toHaveProperty([other]);
      for (const secret of service.secrets ?? []) expect.soft(compose.secrets).toHaveProperty([secret]);
      for (const volume of service.volumes ?? []) {
        const [from = ''] = volume.split(':');
        if (from.startsWith('./'))
          expect.soft([...files.keys()].some((file) => `./${file}`.startsWith(from))).toBe(true);
        else if (!from.startsWith('/')) expect.soft(compose.volumes).toHaveProperty([from]);
      }
    }
  });

  test.each(services)(
    '%s: pinned, without privileges or a writable root, with limits and no root user',
    (name, service) => {
      expect.soft(service.image).toMatch(/^[\w./-]+:v?\d[\w.-]*$/);
      expect.soft(service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        mem_limit: expect.stringMatching(/^\d+[mg]$/),
        cpus: expect.any(Number),
        pids_limit: expect.any(Number),
      });
      expect.soft(service).not.toHaveProperty('privileged');
      // Of "pod" there is nothing but a network: no shell that could ask, and its user is its image's own.
      if (name === 'pod') return;
      expect.soft(service).toMatchObject({ init: true, user: expect.stringMatching(/^[1-9]\d*:\d+$/) });
      expect.soft(service.healthcheck?.test[0]).toBe('CMD');
    },
  );

  test('publishes on this machine only, and never the target with its faults', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports);
    expect(published).toEqual([8002, 9090, 9093, 3000].map((port) => `127.0.0.1:${port}:${port}`));
  });

  test('asks Grafana’s password from a file and knows no standard one', () => {
    expect(textOf('compose.yaml')).not.toMatch(/admin:admin|GF_SECURITY_ADMIN_PASSWORD:/);
    expect(compose.services.grafana?.environment).toMatchObject({
      GF_SECURITY_ADMIN_PASSWORD__FILE: '/run/secrets/grafana_admin_password',
    });
  });

  test('has no dollar sign that compose would take for a variable', () => {
    expect(textOf('compose.yaml')).not.toContain('$');
  });

  test('starts Vigil with options that it has', async () => {
    for (const name of ['vigil', 'genesis']) {
      const [command = '', ...options] = compose.services[name]?.command ?? [];
      const help = await vigilHere([command, '--help'], root);
      for (const option of options.filter((one) => one.startsWith('--')))
        expect.soft(help.stdout).toContain(option);
    }
  });

  test('the receiver takes what Alertmanager tells, and prints it', async () => {
    const [, , program = ''] = compose.services.receiver?.entrypoint ?? [];
    const running = execa(
      process.execPath,
      [
        '--eval',
        program
          .replace('5001', '0')
          .replace(/\.listen\((.*)\)/, '.listen($1, function () { console.log(this.address().port); })'),
      ],
      { buffer: false },
    );
    const output = running.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const port = Number(String((await output.next()).value));
    const answer = await fetch(`http://127.0.0.1:${port}/alerts`, {
      method: 'POST',
      body: '{"status":"firing"}',
    });
    expect(answer.status).toBe(200);
    expect(String((await output.next()).value)).toContain('{"status":"firing"}');
    running.kill();
    await running.catch(() => undefined);
  });
});

test('a health check fails when nobody answers, and when the answer is no', async () => {
  const [, , , program = ''] = compose.services.vigil?.healthcheck?.test ?? [];
  let status = 200;
  const url = await httpServer((_, response) => response.writeHead(status).end());
  const ask = (at: string) =>
    execa(process.execPath, ['--eval', program.replace(/http:[^']*/, at)], { reject: false });
  expect((await ask(url)).exitCode).toBe(0);
  status = 503;
  expect((await ask(url)).exitCode).toBe(1);
  expect((await ask(`http://127.0.0.1:${await freePort()}`)).exitCode).toBe(1);
});

describe('the Dockerfile', () => {
  const text = textOf('Dockerfile');

  test('is built on the Node that Vigil is tested on, pinned, and runs as nobody in particular', () => {
    const [image, ...others] = [...new Set([...text.matchAll(/^FROM (\S+)/gm)].map(([, from]) => from))];
    expect(others).toEqual([]);
    expect(`^${/^node:([\d.]+)-/.exec(image ?? '')?.[1]}`).toBe(manifest.devDependencies.node);
    expect(text).toMatch(/^USER [1-9]/m);
    expect(compose.services.vigil?.image).toBe(`vigil:${manifest.version}`);
  });

  test('is built from the package alone, has its registry by configuration, and needs a configuration', async () => {
    const copied = [...text.matchAll(/^COPY (.+) \S+$/gm)].map(([, names]) => names);
    expect(copied).toEqual([`${manifest.name}-*.tgz`]);
    expect(textOf('Dockerfile.dockerignore').split('\n').slice(1)).toEqual(['*', `!${copied[0]}`, '']);
    expect(text).toMatch(/^CMD .*"--config", "\/etc\/vigil\/vigil\.config\.json"/m);
    const image = 'registry.example.com/team/vigil:7';
    const other = parse(textOf('compose.yaml', await filesFor({ monitoring: { image } })));
    expect(other.services.vigil.image).toBe(image);
    expect(() => validateConfig({ monitoring: { image: 'vigil' } }, 'a test')).toThrow('image with its tag');
  });
});

describe('vigil.config.json', () => {
  test('is a valid configuration that declares the stack, with the limits that differ', async () => {
    const limits = { latencyP95: { critical: { value: 0.31 } } };
    const text = textOf('vigil.config.json', await filesFor({ thresholds: limits }));
    const config = validateConfig(JSON.parse(text), 'vigil.config.json');
    expect(config.thresholds.latencyP95?.critical?.value).toBe(0.31);
    expect(Object.keys(config.thresholds)).toEqual(['latencyP95']);
    expect(config.target).toMatchObject({
      orchestration: 'http://127.0.0.1:8000',
      prometheus: { jobs: ['genesis-orchestration', 'genesis-planner', 'node'] },
      grafana: { dashboard: 'genesis-48h' },
    });
  });

  test('names smoke tests that there are', () => {
    const { target } = JSON.parse(textOf('vigil.config.json'));
    const tests = (target.smoke.command as string[]).filter((part) => part.endsWith('.smoke.js'));
    expect(tests).toHaveLength(4);
    const source = (file: string) => file.replace(`/vigil/node_modules/${manifest.name}/dist`, root);
    for (const file of tests) expect.soft(existsSync(source(file).replace(/js$/, 'ts'))).toBe(true);
  });
});

test('systemd accepts the unit, and the unit names options that Vigil has', {
  tags: ['systemd-analyze'],
}, async () => {
  const text = textOf('vigil.service');
  // Where Node is differs from machine to machine; the rest must stand as it is.
  const folder = folderWith({ 'vigil.service': text.replaceAll('/usr/bin/node', process.execPath) });
  expect(await said('systemd-analyze', ['verify', './vigil.service'], folder)).toEqual({
    exitCode: 0,
    text: '',
  });
  const wrong = folderWith({ 'vigil.service': text.replace('Restart=always', 'Restart=perhaps') });
  expect((await said('systemd-analyze', ['verify', './vigil.service'], wrong)).text).toContain(
    'restart specifier',
  );
  const help = await vigilHere(['monitor', '--help'], root);
  const [, command = ''] = /^ExecStart=(.*)$/m.exec(text) ?? [];
  for (const [option] of command.matchAll(/--[a-z-]+/g)) expect.soft(help.stdout).toContain(option);
});

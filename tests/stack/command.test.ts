import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { requirePrograms } from '../../fixtures/stack/programs.ts';
import { startVigil, vigil } from '../scripts/vigil.ts';
import { until } from './ask.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('vigil stack says where everything is, and SIGTERM ends all of it and leaves nothing', {
  tags: ['prometheus', 'prometheus-alertmanager', 'prometheus-node-exporter'],
}, async () => {
  const { child, ended } = startVigil(['stack', '--free-ports', '--json', '--interval', '1h']);
  let text = '';
  child.stdout?.on('data', (chunk: string) => {
    text += chunk;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { urls, folder, pids } = await until('the document', async () => {
    if (child.exitCode !== null) throw new Error((await ended).stderr);
    return text.endsWith('}\n') && JSON.parse(text);
  });
  expect(Object.keys(pids).toSorted()).toEqual([
    'alertmanager',
    'genesis',
    'nodeExporter',
    'prometheus',
    'vigil',
  ]);
  const numbers = Object.values(pids) as number[];
  expect(numbers.filter((pid) => !isAlive(pid))).toEqual([]);
  expect((await fetch(`${urls.vigil}/healthz`)).status).toBe(200);
  expect(existsSync(`${folder}/monitoring/alerts.yml`)).toBe(true);

  child.kill('SIGTERM');
  const { code, stderr } = await ended;
  expect(code).toBe(0);
  expect(stderr).not.toContain('has ended');
  expect(numbers.filter(isAlive)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});

test('a port that is taken is said before anything is started, and whoever listens there is not taken for ours', {
  tags: ['prometheus', 'prometheus-alertmanager', 'prometheus-node-exporter'],
}, async () => {
  const server = createServer((_, response) => response.end('not Prometheus'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { code, stderr } = await vigil(['stack', '--free-ports', '--prometheus-port', String(port)]);
  expect(code).toBe(64);
  expect(stderr).toContain(`127.0.0.1:${port} can’t be listened on: in use`);
  expect(stderr).not.toContain('starting');
});

test('a program that is missing is named with the command that installs it', () => {
  expect(() => requirePrograms((program) => program === 'prometheus')).toThrow(
    /prometheus-alertmanager, prometheus-node-exporter are not/,
  );
  try {
    requirePrograms(() => false);
  } catch (thrown) {
    expect((thrown as { hint?: string }).hint).toContain(
      'apt-get install -y --no-install-recommends prometheus prometheus-alertmanager prometheus-node-exporter',
    );
  }
  expect(() => requirePrograms(() => true)).not.toThrow();
});

test.each([
  ['--time-scale', '0'],
  ['--interval', 'soon'],
  ['--interval', '20s'],
  ['--sample-interval', 'often'],
  ['--webhook-port', '70000'],
])('%s %s is refused in one sentence', async (option, value) => {
  const { code, stderr } = await vigil(['stack', '--free-ports', option, value]);
  expect(code).toBe(64);
  expect(stderr).toContain(option.replace('--', ''));
});

test('without a Docker engine --compose says so, and starts nothing', async () => {
  const { code, stderr } = await vigil(['stack', '--compose'], {
    // Whether or not there is an engine here: this client is told of one that isn't.
    env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
  });
  expect(code).toBe(64);
  expect(stderr).toContain('no Docker engine answers');
  expect(stderr).toContain('leave --compose out');
});

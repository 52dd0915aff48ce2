import { expect, onTestFinished, test } from 'vitest';
import { freePort, spawnServer } from '../../../fixtures/range/spawn-server.ts';
import { httpServer } from '../../clients/servers.ts';
import { bin, emptyFolder, vigil } from '../../scripts/vigil.ts';
import { until } from '../../stack/ask.ts';

let isBroken = false;

/** The watch of a service that has nothing but answers, by three probes of its own; returns its folder. */
async function watchPlainService(): Promise<string> {
  const url = await httpServer((request, response) => {
    if (request.url === '/orders' && isBroken) response.writeHead(500).end('no');
    else response.end('{"status":"ok"}');
  });
  const config = {
    name: 'Shop',
    target: { url },
    probes: ['/', '/health', '/orders'].map((route) => ({ type: 'http', url: route })),
    interval: '4s',
    timeout: '3900ms',
    sampleInterval: '1s',
    suite: { standby: true },
    rollout: {
      plan: [
        { percent: 25, after: '12s' },
        { percent: 50, after: '24s' },
        { percent: 100, after: '10m' },
      ],
    },
    // The machine may be busy: what is judged here is the service.
    thresholds: { watchCoverage: { slo: { value: 0.5 } }, cycleAge: { slo: { value: 5 } } },
  };
  const cwd = emptyFolder({ 'vigil.config.json': JSON.stringify(config) });
  const address = `http://127.0.0.1:${await freePort()}`;
  const args = [bin, 'monitor', '--loop', '--port', new URL(address).port];
  const options = { readyPath: '/readyz', readyMs: 60_000, graceMs: 5000, cwd };
  const loop = await spawnServer(process.execPath, args, address, options);
  onTestFinished(() => loop.stop());
  return cwd;
}

interface Decided {
  verdict: string;
  proves: string;
  conditions: { id: string; outcome: string; detail: string }[];
}

async function gate(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await vigil(['gate', '--json', ...args], { cwd });
  return { code, stderr, decided: (stdout ? JSON.parse(stdout) : {}) as Decided };
}

/** Asks until the gate answers so; what it answered last when it never does. */
async function askUntil(cwd: string, to: number, isIt: (decided: Decided) => boolean) {
  let last = '';
  return until(`the answer for ${to} %`, async () => {
    const { code, decided, stderr } = await gate(cwd, '--to', String(to));
    const open = decided.conditions?.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown');
    last = `${code} ${JSON.stringify(open)} ${stderr}`;
    return isIt(decided) && { code, decided };
  }).catch((thrown: Error) => {
    throw new Error(`${thrown.message}; last ${last}`);
  });
}

/** Neither metrics nor a release are configured. */
const notConfigured = [
  'release',
  'errorRatio',
  'latencyP95',
  'errorBudget',
  'ErrorBudgetFastBurn',
  'ErrorBudgetSlowBurn',
];

test('the gate of a service without metrics opens by checks, watch, alerts and soak alone, and a failing probe shuts it', async () => {
  const cwd = await watchPlainService();
  expect((await gate(cwd, '--deployed', 'v2')).code).toBe(0);
  for (const to of [25, 50]) {
    const { code, decided } = await askUntil(cwd, to, ({ verdict }) => verdict === 'pass');
    expect(code).toBe(0);
    const open = decided.conditions.filter(({ outcome }) => outcome !== 'pass');
    expect(open.map(({ id, outcome }) => `${id}: ${outcome}`)).toEqual(
      notConfigured.map((id) => `${id}: not configured`),
    );
    expect(decided.proves).toContain('No metrics of live traffic are configured');
  }

  isBroken = true;
  const checksOf = ({ conditions }: Decided) => conditions.find(({ id }) => id === 'checks');
  const { code } = await askUntil(cwd, 100, (decided) => checksOf(decided)?.outcome === 'fail');
  expect(code).toBe(1);
});

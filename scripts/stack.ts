import { existsSync } from 'node:fs';
import path from 'node:path';
import { defineCommand } from 'citty';
import { execa } from 'execa';
import { type StackPorts, startStack } from '../fixtures/stack/index.ts';
import { formatDuration, parseDuration, VigilError } from '../src/core/index.ts';
import { exitCodes } from './exit-codes.ts';
import { packageRoot } from './package-root.ts';
import { arrivalLine, describeStack } from './stack-text.ts';

const standard = {
  orchestration: 8000,
  planner: 8001,
  vigil: 8002,
  nodeExporter: 9100,
  prometheus: 9090,
  alertmanager: 9093,
  webhook: 5001,
  traces: 4318,
} as const satisfies StackPorts;

const optionOf = {
  orchestration: 'orchestration-port',
  planner: 'planner-port',
  vigil: 'vigil-port',
  nodeExporter: 'node-port',
  prometheus: 'prometheus-port',
  alertmanager: 'alertmanager-port',
  webhook: 'webhook-port',
  traces: 'traces-port',
} as const satisfies Record<keyof StackPorts, string>;

type PortOption = (typeof optionOf)[keyof StackPorts];
const portOptions = Object.fromEntries(
  Object.entries(optionOf).map(([name, option]) => [
    option,
    { type: 'string', description: `default ${standard[name as keyof StackPorts]}; 0 takes a free one` },
  ]),
) as Record<PortOption, { type: 'string'; description: string }>;

function numberOf(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new VigilError('USAGE', `--${option} is not such a number`, {
    expected: `a number from ${least} to ${most}`,
    received: text,
  });
}

function portsOf(
  args: { readonly [option in PortOption]?: string | undefined },
  areFree: boolean,
): StackPorts {
  const entries = Object.entries(optionOf).map(([name, option]) => {
    const text = args[option];
    const otherwise = areFree ? 0 : standard[name as keyof StackPorts];
    return [name, text === undefined ? otherwise : numberOf(option, text, 0, 65_535)];
  });
  return Object.fromEntries(entries) as StackPorts;
}

/** A cycle must end before the next, and a check inside its cycle. */
const leastIntervalMs = 25_000;

function intervalOf(text: string): { interval: string; timeout: string } {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined || milliseconds < leastIntervalMs) {
    throw new VigilError('USAGE', '--interval is no such duration', {
      expected: `at least ${formatDuration(leastIntervalMs)}: a check may take 20s`,
      received: text,
    });
  }
  return { interval: text, timeout: formatDuration(Math.min(120_000, milliseconds * 0.9)) };
}

function sampleIntervalOf(text: string): string {
  if (parseDuration(text) !== undefined) return text;
  throw new VigilError('USAGE', '--sample-interval is no duration', {
    expected: 'such as 1s',
    received: text,
  });
}

/** The same in containers; 1 when Docker says no, USAGE when there is no engine to ask. */
async function composeUp(signal: AbortSignal): Promise<number> {
  const file = path.join(packageRoot, 'monitoring', 'compose.yaml');
  const noEngine = (received: string) =>
    new VigilError('USAGE', 'no Docker engine answers, so --compose has nothing to start containers with', {
      received,
      hint: 'start Docker, or leave --compose out: then the programs of this machine are used',
    });
  const asked = await execa('docker', ['info', '--format', '{{.ServerVersion}}'], { reject: false });
  if (asked.exitCode !== 0) throw noEngine(asked.stderr?.split('\n')[0] || asked.shortMessage || 'nothing');
  if (!existsSync(file)) {
    throw new VigilError('USAGE', 'there is no compose file', { where: file, hint: 'npm run render' });
  }
  const run = await execa(
    'docker',
    ['compose', '--file', file, 'up', '--build', '--abort-on-container-exit'],
    {
      stdio: 'inherit',
      reject: false,
      cancelSignal: signal,
      gracefulCancel: false,
    },
  );
  await execa('docker', ['compose', '--file', file, 'down'], { stdio: 'inherit', reject: false });
  return signal.aborted || run.exitCode === 0 ? exitCodes.pass : exitCodes.fail;
}

/** `vigil stack`: the reference target, Prometheus, Alertmanager, node_exporter and Vigil together, until it is interrupted. */
export const stackCommand = defineCommand({
  meta: {
    name: 'stack',
    description: 'Runs Prometheus, Alertmanager, node_exporter, the reference Genesis and Vigil together',
  },
  args: {
    compose: { type: 'boolean', default: false, description: 'in containers, by docker compose' },
    'free-ports': { type: 'boolean', default: false, description: 'takes free ports where none is named' },
    interval: { type: 'string', default: '5m', description: 'from one cycle of Vigil to the next' },
    'sample-interval': {
      type: 'string',
      default: '15s',
      description: 'from one scrape or evaluation to the next',
    },
    'time-scale': {
      type: 'string',
      default: '1',
      description: 'every window and wait of the rules times this, such as 0.05',
    },
    json: { type: 'boolean', default: false, description: 'where everything is, as one JSON document' },
    ...portOptions,
  },
  async run({ args }) {
    const interrupted = new AbortController();
    const asked = new Promise<void>((resolve) => {
      interrupted.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => interrupted.abort(signal));
    if (args.compose) {
      process.exitCode = await composeUp(interrupted.signal);
      return;
    }
    const tuning = {
      ...intervalOf(args.interval),
      sampleInterval: sampleIntervalOf(args['sample-interval']),
      timeScale: numberOf('time-scale', args['time-scale'], 0.001, 1),
    };
    const say = (line: string) => process.stderr.write(`${line}\n`);
    const stack = await startStack({
      signal: interrupted.signal,
      ports: portsOf(args, args['free-ports']),
      tuning,
      warmupOperations: 1100,
      onStep: (what) => say(`starting ${what} …`),
      onEnd(name, how) {
        // Ctrl+C in a terminal reaches all of them at once.
        if (!interrupted.signal.aborted) say(`${name} has ended: ${how}`);
      },
      onArrival(arrival) {
        const line = arrivalLine(arrival);
        if (line !== undefined) say(line);
      },
    }).catch((thrown: unknown) => {
      if (!interrupted.signal.aborted) throw thrown;
    });
    if (!stack) return;
    try {
      const { urls, folder, genesis, servers } = stack;
      const pids = Object.fromEntries(Object.entries(servers).map(([name, { pid }]) => [name, pid]));
      const text = args.json
        ? JSON.stringify({ version: 1, urls, folder, pids: { genesis: genesis.pid, ...pids } }, null, 2)
        : describeStack(stack, tuning);
      process.stdout.write(`${text}\n`);
      await asked;
      say('ending everything …');
    } finally {
      await stack.stop();
    }
  },
});

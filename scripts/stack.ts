import {
  arrivalLine,
  composeUp,
  describeStack,
  type StackPorts,
  startStack,
} from '../fixtures/stack/index.ts';
import { durationLiteral } from '../src/core/index.ts';
import { exitCodes } from './exit-codes.ts';
import { durationOf, invalid, json } from './values.ts';

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

interface StackOptions {
  compose?: boolean;
  freePorts?: boolean;
  interval: string;
  sampleInterval: string;
  timeScale: number;
  json?: boolean;
  orchestrationPort?: number;
  plannerPort?: number;
  vigilPort?: number;
  nodePort?: number;
  prometheusPort?: number;
  alertmanagerPort?: number;
  webhookPort?: number;
  tracesPort?: number;
}

function portsOf(given: StackOptions): StackPorts {
  const otherwise = (port: number) => (given.freePorts ? 0 : port);
  return {
    orchestration: given.orchestrationPort ?? otherwise(standard.orchestration),
    planner: given.plannerPort ?? otherwise(standard.planner),
    vigil: given.vigilPort ?? otherwise(standard.vigil),
    nodeExporter: given.nodePort ?? otherwise(standard.nodeExporter),
    prometheus: given.prometheusPort ?? otherwise(standard.prometheus),
    alertmanager: given.alertmanagerPort ?? otherwise(standard.alertmanager),
    webhook: given.webhookPort ?? otherwise(standard.webhook),
    traces: given.tracesPort ?? otherwise(standard.traces),
  };
}

/** A cycle must end before the next, and a check inside its cycle. */
const leastIntervalMs = 25_000;

function intervalOf(text: string): { interval: string; timeout: string } {
  const milliseconds = durationOf('--interval', text);
  if (milliseconds < leastIntervalMs) {
    throw invalid(
      '--interval',
      text,
      `at least ${durationLiteral(leastIntervalMs)}, because a check may take 20s`,
    );
  }
  return { interval: text, timeout: durationLiteral(Math.min(120_000, milliseconds * 0.9)) };
}

/** `vigil stack`: the reference target, Prometheus, Alertmanager, node_exporter and Vigil together, until it is interrupted. */
export async function runStack(args: StackOptions): Promise<void> {
  const interrupted = new AbortController();
  const asked = new Promise<void>((resolve) => {
    interrupted.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupted.abort(signal));
  if (args.compose) {
    process.exitCode = (await composeUp(interrupted.signal)) ? exitCodes.pass : exitCodes.fail;
    return;
  }
  durationOf('--sample-interval', args.sampleInterval);
  const tuning = {
    ...intervalOf(args.interval),
    sampleInterval: args.sampleInterval,
    timeScale: args.timeScale,
  };
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const stack = await startStack({
    signal: interrupted.signal,
    ports: portsOf(args),
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
      ? json({ version: 1, urls, folder, pids: { genesis: genesis.pid, ...pids } })
      : `${describeStack(stack, tuning)}\n`;
    process.stdout.write(text);
    await asked;
    say('ending everything …');
  } finally {
    await stack.stop();
  }
}

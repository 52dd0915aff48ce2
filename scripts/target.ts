import { type GenesisHandle, startGenesis } from '../fixtures/genesis/start.ts';
import { VigilError } from '../src/core/index.ts';
import { invalid } from './values.ts';

interface TargetOptions {
  host: string;
  port: number;
  plannerPort: number;
  faults?: boolean;
  traffic: number;
  warmup: number;
  otlpEndpoint?: string;
  standIns?: boolean;
  directory?: string;
  release: string;
  json?: boolean;
}

const onlyHost = '127.0.0.1';

/** `vigil target`: the reference Genesis on fixed ports, until it is interrupted. */
export async function runTarget(args: TargetOptions): Promise<void> {
  if (args.host !== onlyHost) {
    throw invalid('--host', args.host, onlyHost);
  }
  const otlpEndpoint = args.otlpEndpoint ?? process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const genesis = await startGenesis({
    orchestrationPort: args.port,
    plannerPort: args.plannerPort,
    faults: args.faults ?? false,
    trafficPerSecond: args.traffic,
    warmupOperations: args.warmup,
    standIns: args.standIns ?? false,
    release: args.release,
    ...(otlpEndpoint && { otlpEndpoint }),
    ...(args.directory && { directory: args.directory }),
  });
  const text = args.json
    ? JSON.stringify(genesis, null, 2)
    : describeTarget(genesis, args.faults ?? false, otlpEndpoint);
  process.stdout.write(`${text}\n`);
  await untilInterrupted(genesis);
}

async function untilInterrupted(genesis: GenesisHandle): Promise<void> {
  let asked = false;
  const stop = () => {
    asked = true;
    void genesis.stop();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const { code, signal } = await genesis.exited;
  await genesis.stop();
  if (asked) return;
  throw new VigilError('HARNESS', `the target ended by itself (${signal ?? `code ${code}`})`, {
    hint: `start it again; what it logged is in ${genesis.logs.join(' and ')} if you gave --directory`,
  });
}

/** What a person needs to use a running target: addresses, files, faults, and a config to paste. */
export function describeTarget(
  genesis: GenesisHandle,
  faults: boolean,
  otlpEndpoint: string | undefined,
): string {
  const rows: [string, string | undefined][] = [
    ['orchestrator', genesis.orchestration],
    ['planner', genesis.planner],
    ['logs', genesis.logs.join('\n')],
    ['release', genesis.manifest],
    ['flags', genesis.flagFile],
    ['grafana', genesis.standIns && `${genesis.standIns.grafana} (stand-in)`],
    ['docker', genesis.standIns && `${genesis.standIns.dockerSocket} (stand-in)`],
    ['node exporter', genesis.standIns && `${genesis.standIns.nodeExporter} (stand-in)`],
    ['process', String(genesis.pid)],
  ];
  const table = rows.flatMap(([name, value]) =>
    value ? [`  ${name.padEnd(14)}${value.replaceAll('\n', `\n${' '.repeat(16)}`)}`] : [],
  );
  const put = [
    `  curl -X PUT ${genesis.orchestration}/faults/latency -H 'content-type: application/json' -d '{"ms":300}'`,
    `  curl ${genesis.orchestration}/faults`,
    `  curl -X DELETE ${genesis.orchestration}/faults`,
  ];
  return [
    'Genesis is running; Ctrl+C ends it.',
    ...table,
    '',
    ...(faults ? ['Faults are open:', ...put] : ['Faults are closed; --faults opens them.']),
    '',
    'vigil.config.ts for it:',
    ...(otlpEndpoint
      ? []
      : ['// no traces: --otlp-endpoint http://127.0.0.1:4318 sends them to a receiver there']),
    configFor(genesis, otlpEndpoint),
  ].join('\n');
}

/** A `vigil.config.ts` that declares everything this target has. */
function configFor(genesis: GenesisHandle, otlpEndpoint: string | undefined): string {
  const { standIns } = genesis;
  const target = {
    orchestration: genesis.orchestration,
    planner: genesis.planner,
    ...(otlpEndpoint && { traces: { receiver: otlpEndpoint } }),
    logs: genesis.logs,
    release: { manifest: genesis.manifest },
    flags: { key: genesis.flagKey },
    breaker: true,
    smoke: { ...genesis.smokeCommand, junit: '-' },
    ...(standIns && {
      host: { nodeExporter: standIns.nodeExporter },
      grafana: { url: standIns.grafana },
      containers: { socket: standIns.dockerSocket, names: ['genesis-orchestration', 'genesis-planner'] },
    }),
  };
  return `export default ${JSON.stringify({ target }, null, 2)};`;
}

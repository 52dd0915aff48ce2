import { defineCommand } from 'citty';
import { type GenesisHandle, startGenesis } from '../fixtures/genesis/start.ts';
import { VigilError } from '../src/core/index.ts';

const onlyHost = '127.0.0.1';

/** `vigil target`: the reference Genesis on fixed ports, until it is interrupted. */
export const targetCommand = defineCommand({
  meta: { name: 'target', description: 'Runs the reference Genesis, the target that Vigil watches first' },
  args: {
    host: { type: 'string', default: onlyHost, description: `address to listen on, only ${onlyHost}` },
    port: { type: 'string', default: '8000', description: 'port of the orchestrator' },
    'planner-port': { type: 'string', default: '8001', description: 'port of the planner' },
    faults: { type: 'boolean', default: false, description: 'opens PUT, GET, DELETE /faults/{name}' },
    traffic: { type: 'string', default: '8', description: 'background operations per second' },
    warmup: { type: 'string', default: '0', description: 'operations sent at the start' },
    'otlp-endpoint': {
      type: 'string',
      description: 'where spans go (default OTEL_EXPORTER_OTLP_ENDPOINT, else nowhere)',
    },
    'stand-ins': { type: 'boolean', default: false, description: 'Grafana, Docker, node exporter stand-ins' },
    directory: { type: 'string', description: 'for logs, flags and release (default a temporary one)' },
    release: { type: 'string', default: 'v1', description: 'name of the release' },
    json: { type: 'boolean', default: false, description: 'one JSON document instead of text' },
  },
  async run({ args }) {
    if (args.host !== onlyHost) {
      throw new VigilError('USAGE', 'the reference target listens on this machine only', {
        where: '--host',
        expected: onlyHost,
        received: args.host,
      });
    }
    const otlpEndpoint = args['otlp-endpoint'] ?? process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    const genesis = await startGenesis({
      orchestrationPort: numberOf('--port', args.port, 65_535),
      plannerPort: numberOf('--planner-port', args['planner-port'], 65_535),
      faults: args.faults,
      trafficPerSecond: numberOf('--traffic', args.traffic, 1_000),
      warmupOperations: numberOf('--warmup', args.warmup, 1_000_000),
      standIns: args['stand-ins'],
      release: args.release,
      ...(otlpEndpoint && { otlpEndpoint }),
      ...(args.directory && { directory: args.directory }),
    });
    const text = args.json
      ? JSON.stringify(genesis, null, 2)
      : describeTarget(genesis, args.faults, otlpEndpoint);
    process.stdout.write(`${text}\n`);
    await untilInterrupted(genesis);
  },
});

function numberOf(name: string, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new VigilError('USAGE', `${name} is not a number`, {
    where: name,
    expected: `a number from 0 to ${most}`,
    received: text,
  });
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

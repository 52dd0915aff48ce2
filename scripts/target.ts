import { describeTarget } from '../fixtures/genesis/describe.ts';
import { type GenesisHandle, startGenesis } from '../fixtures/genesis/start.ts';
import { requireTemporaryFolder, VigilError } from '../src/core/index.ts';
import { invalid, json } from './values.ts';

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
  requireTemporaryFolder();
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
  const text = args.json ? json(genesis) : `${describeTarget(genesis, args.faults ?? false, otlpEndpoint)}\n`;
  process.stdout.write(text);
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

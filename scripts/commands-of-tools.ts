import { command, config, jsonFlag, numberFrom, port, value, wholeFrom } from './command.ts';

/* The commands that generate files, prove the checks, and start what is watched. */

export const render = () =>
  command(
    'render',
    'Generate monitoring/',
    ['vigil render --check', 'vigil render --config vigil.config.ts --out monitoring'],
    '0 current or written, 1 stale',
  )
    .option('--check', 'write nothing, fail on stale files')
    .addOption(config())
    .addOption(
      value('--for <evaluator>', 'write rules for prometheus or vmalert')
        .choices(['prometheus', 'vmalert'])
        .default('prometheus'),
    )
    .addOption(value('--out <folder>', 'write the files of monitoring/ here'))
    .addOption(value('--root <folder>', 'write monitoring/ in this folder'))
    .addOption(jsonFlag())
    .action(async (given) => (await import('./render.ts')).runRender(given));

export const drill = () =>
  command(
    'drill',
    'Inject each fault and verify its check fails',
    ['vigil drill --check C07', 'vigil drill --target https://staging.example.com --json'],
    '0 pass, 1 fail, 2 inconclusive',
  )
    .addOption(value('--fault <name>', 'inject only this fault'))
    .addOption(value('--check <id>', 'inject only faults that fail this check'))
    .addOption(value('--healthy <cycles>', 'run healthy cycles under load instead', wholeFrom(1, 10_000)))
    .addOption(value('--target <url>', 'run read-only checks against this deployment'))
    .addOption(value('--config <file>', 'run read-only checks against this configuration'))
    .addOption(value('--suite <folder>', 'drill another copy of the suite'))
    .option('--standby', 'start each process ahead, as suite.standby')
    .addOption(value('--lanes <number>', 'run this many targets (default: two per core)', wholeFrom(1, 64)))
    .addOption(value('--reports <folder>', 'write to this folder').default('reports'))
    .addOption(jsonFlag())
    .action(async (given) => (await import('./drill.ts')).runDrillCommand(given));

export const stack = () =>
  command(
    'stack',
    'Run Prometheus, Alertmanager, Genesis and Vigil together',
    [
      'vigil stack --free-ports --interval 30s --time-scale 0.05',
      'vigil stack --prometheus-port 19090 --alertmanager-port 19093',
    ],
    '0 stopped, 1 docker compose failed',
  )
    .option('--compose', 'use docker compose')
    .addOption(value('--interval <duration>', 'run a cycle this often').default('5m'))
    .addOption(value('--sample-interval <duration>', 'scrape and evaluate this often').default('15s'))
    .addOption(
      value('--time-scale <factor>', 'multiply all windows and waits', numberFrom(0.001, 1)).default(1),
    )
    .addOption(jsonFlag())
    .optionsGroup('Ports, 0 for any:')
    .option('--free-ports', 'use free ports unless one is named')
    .addOption(value('--orchestration-port <number>', 'set the orchestrator port (default: 8000)', port))
    .addOption(value('--planner-port <number>', 'set the planner port (default: 8001)', port))
    .addOption(value('--vigil-port <number>', 'set the Vigil port (default: 8002)', port))
    .addOption(value('--node-port <number>', 'set the node_exporter port (default: 9100)', port))
    .addOption(value('--prometheus-port <number>', 'set the Prometheus port (default: 9090)', port))
    .addOption(value('--alertmanager-port <number>', 'set the Alertmanager port (default: 9093)', port))
    .addOption(value('--webhook-port <number>', 'set the webhook port (default: 5001)', port))
    .addOption(value('--traces-port <number>', 'set the trace receiver port (default: 4318)', port))
    .action(async (given) => (await import('./stack.ts')).runStack(given));

export const target = () =>
  command(
    'target',
    'Run the reference Genesis',
    ['vigil target --faults --warmup 1100', 'vigil target --port 0 --planner-port 0 --stand-ins --json'],
    '0 stopped',
  )
    .addOption(value('--host <address>', 'listen on this address').default('127.0.0.1'))
    .addOption(value('--port <number>', 'set the orchestrator port', port).default(8000))
    .addOption(value('--planner-port <number>', 'set the planner port', port).default(8001))
    .option('--faults', 'open the fault API, /faults/{name}')
    .addOption(value('--traffic <rate>', 'send this many operations/s', numberFrom(0, 1000)).default(8))
    .addOption(
      value('--warmup <count>', 'send this many operations first', numberFrom(0, 1_000_000)).default(0),
    )
    .addOption(value('--otlp-endpoint <url>', 'send spans here (default: OTEL_EXPORTER_OTLP_ENDPOINT)'))
    .option('--stand-ins', 'add Grafana, Docker and node exporter stand-ins')
    .addOption(value('--directory <folder>', 'write files here (default: temporary folder)'))
    .addOption(value('--release <name>', 'name the release').default('v1'))
    .addOption(jsonFlag())
    .action(async (given) => (await import('./target.ts')).runTarget(given));

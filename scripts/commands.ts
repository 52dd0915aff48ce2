import { type Command, Option } from 'commander';
import { command, config, deployment, history, jsonFlag, output, port, since, value } from './command.ts';
import { drill, render, stack, target } from './commands-of-tools.ts';

/*
 * The commands and their options. What a command does is imported only when it runs, so that none pays for another's
 * imports, and a help text for none.
 */

const monitor = () =>
  command(
    'monitor',
    'Run all checks once, or continuously with --loop',
    [
      'vigil monitor --config vigil.config.ts --json',
      'vigil monitor --loop --interval 5m --duration 72h --then hourly',
    ],
    '0 pass, 1 fail, 2 inconclusive',
    [config(), output(), jsonFlag()],
  )
    .option('--baseline', 'record checks that already fail, before a deployment')
    .option('--test-notifications', 'send a test notification to every channel')
    .option('--notify', 'tell alerts and heartbeats of one cycle')
    .option('--loop', 'run a cycle at every interval')
    .optionsGroup('With --loop:')
    .addOption(value('--interval <duration>', 'set the interval (default: as configured, 5m)'))
    .addOption(value('--duration <duration>', 'stop after this time (default: never)'))
    .addOption(value('--then <interval>', 'continue after --duration, hourly or at this interval'))
    .addOption(value('--host <address>', 'listen on this address').default('127.0.0.1'))
    .addOption(value('--port <number>', 'listen on this port, 0 for any', port).default(8002))
    .action(async (given) => (await import('./monitor.ts')).runMonitor(given));

const stop = () =>
  command(
    'stop',
    'End the loop of this folder, and wait',
    ['vigil stop', 'vigil stop --reports /var/lib/vigil --wait 2m'],
    '0 ended or none ran, 2 still runs',
  )
    .addOption(config())
    .addOption(history())
    .addOption(value('--wait <duration>', 'wait this long for its end').default('1m'))
    .action(async (given) => (await import('./stop.ts')).runStop(given));

const gate = () =>
  command(
    'gate',
    'Check whether a release can take more traffic',
    ['vigil gate --deployed v2.4.1 --by carol', 'vigil gate --to 25 --wait 30m --accept-thresholds'],
    '0 pass or override, 1 fail, 2 inconclusive',
    [config(), history(), jsonFlag()],
  )
    .addOption(value('--to <percent>', 'check this stage, in percent of traffic'))
    .addOption(value('--wait <duration>', 'ask until it opens, at most this long'))
    .addOption(value('--wait-release [service]', 'first wait until every instance runs it'))
    .option('--dry-run', 'check only, record nothing')
    .addOption(value('--deployed <release>', 'record that this release was deployed'))
    .addOption(value('--note <text>', 'add a note to --deployed'))
    .addOption(value('--by <name>', 'name who asks (default: CI job or user)'))
    .option('--override', 'proceed against the verdict, with --reason')
    .addOption(value('--reason <text>', 'explain the override'))
    .option('--accept-thresholds', 'count cycles judged by other thresholds')
    .addOption(value('--source <name>', 'query history or prometheus').default('history'))
    .addOption(value('--prometheus <url>', 'query this Prometheus (default: as configured)'))
    .addOption(value('--junit <file>', 'write the conditions as JUnit'))
    .action(async (given) => (await import('./gate.ts')).runGate(given));

const init = () =>
  command(
    'init',
    'Set up configuration, first check and CI step',
    ['vigil init --url https://shop.example.com', 'vigil init --yes --ci'],
    '0 done',
  )
    .addOption(value('--url <url>', 'watch this service (default: ask)'))
    .addOption(value('--bearer <reference>', 'ask with this token, such as env:SHOP_TOKEN'))
    .option('--yes', 'ask nothing (default URL: http://127.0.0.1:3000)')
    .option('--ci', 'always write the GitHub workflow')
    .option('--docker', 'write a Dockerfile and a compose file')
    .addOption(jsonFlag())
    .action(async (given) => (await import('./init.ts')).runInit(given));

const demo = () =>
  command('demo', 'Show how a bad release is rolled back', ['vigil demo', 'vigil demo --port 8002'], '0 done')
    .addOption(value('--port <number>', 'serve the page on this port (default: any)', port).default(0))
    .action(async (given) => (await import('./demo.ts')).runDemoCommand(given));

const ingest = () =>
  command(
    'ingest',
    'Record a JUnit report that something else wrote',
    ['vigil ingest results.xml --suite smoke', 'vigil ingest results.xml --json'],
    '0 pass, 1 fail, 2 inconclusive',
    [config(), output(), jsonFlag()],
  )
    .argument('<report>', 'JUnit file')
    .addOption(value('--suite <name>', 'name the suite, where there are several'))
    .action(async (report, given) => (await import('./ingest.ts')).runIngest(report, given));

const checks = () =>
  command(
    'checks',
    'List the checks that every cycle must run',
    ['vigil checks --json', 'vigil checks --forget "checkout takes a card"'],
    '0 done',
  )
    .addOption(config())
    .addOption(value('--forget <id>', 'stop expecting a check that was removed'))
    .option('--write', 'write suite.catalogue from the last cycles')
    .addOption(jsonFlag())
    .action(async (given) => (await import('./checks.ts')).runChecks(given));

const alerts = () =>
  command(
    'alerts',
    'List, acknowledge or silence alerts, or declare maintenance',
    [
      'vigil alerts --acknowledge 4f1d2a --note "looking at it"',
      'vigil alerts --maintenance 30m --reason "database upgrade" --match severity=warning',
    ],
    '0 done',
    [config(), history(), jsonFlag()],
  )
    .addOption(value('--acknowledge <alert>', 'acknowledge by id, rule, check or "all"'))
    .addOption(value('--silence <alert>', 'silence by id, rule, check or "all"'))
    .addOption(value('--for <duration>', 'silence for this long (default: 1h)'))
    .addOption(value('--note <text>', 'add a note for others'))
    .addOption(value('--maintenance <duration>', 'silence alerts for this long, from now'))
    .addOption(value('--reason <text>', 'explain the silence or the maintenance'))
    .addOption(value('--match <labels>', 'silence only alerts with these labels'))
    .addOption(value('--by <name>', 'name who does it (default: current user)'))
    .action(async (given) => (await import('./alerts.ts')).runAlerts(given));

const handover = () =>
  command(
    'handover',
    'Summarize the watch for the next shift',
    ['vigil handover', 'vigil handover --reports /var/lib/vigil --json'],
    '0 done, 2 inconclusive',
    [config(), history(), jsonFlag()],
  ).action(async (given) => (await import('./handover.ts')).runHandover(given));

const incident = () =>
  command(
    'incident',
    'Write the report on an incident',
    ['vigil incident', 'vigil incident 4f1d2a --out incident-report.md'],
    '0 done, 2 inconclusive',
    [config(), history()],
  )
    .argument('[id]', 'id of the incident (default: the newest)')
    .addOption(value('--out <file>', 'write to this file (default: stdout)'))
    .action(async (id, given) => (await import('./incident.ts')).runIncident(id, given));

const rollback = () =>
  command(
    'rollback',
    'Restore the previous release, or show how',
    [
      'vigil rollback --reason "error ratio 2 %"',
      'vigil rollback --execute --trigger error_ratio --by carol',
    ],
    '0 done, 1 failed or not proven, 2 stopped',
    [config(), history(), jsonFlag()],
  )
    .option('--execute', 'roll back (default: show the plan)')
    .addOption(value('--type <type>', 'use flag, git, backup or database'))
    .addOption(value('--reason <text>', 'state the reason, unless --trigger is given'))
    .addOption(value('--trigger <name>', 'use this firing trigger as the reason'))
    .addOption(value('--by <name>', 'name who asks (default: current user)'))
    .option('--resume', 'resume a rollback whose process died')
    .option('--abort', 'stop the running rollback and undo it')
    .option('--settle', 'close a rollback that somebody finished manually')
    .option('--without-ledger', 'act while the ledger is unreachable; requires --reason')
    .addOption(value('--fence <number>', 'fencing number of the loop that asks').hideHelp())
    .addOption(new Option('--as-loaded', 'read the configuration of the loop from stdin').hideHelp())
    .action(async (given) => (await import('./rollback.ts')).runRollback(given));

const doctor = () =>
  command(
    'doctor',
    'Verify configuration, environment and rollback time',
    ['vigil doctor --config vigil.config.ts', 'vigil doctor --explain --json'],
    '0 ready, 1 problems',
    [config(), output(), jsonFlag()],
  )
    .addOption(value('--host <address>', 'check this listen address').default('127.0.0.1'))
    .addOption(value('--port <number>', 'check this listen port', port).default(8002))
    .option('--explain', 'show every configuration key and its origin')
    .action(async (given) => (await import('./doctor.ts')).runDoctor(given));

const report = () =>
  command(
    'report',
    'Write the 48-hour report',
    ['vigil report --format md,html,json', 'vigil report --since 2026-01-05T06:00:00Z --json'],
    '0 pass, 1 fail, 2 inconclusive',
  )
    .addOption(config())
    .addOption(value('--reports <folder>', 'use this history and report folder'))
    .addOption(value('--since <time>', 'start at this time or duration (default: 48h)'))
    .addOption(value('--format <list>', 'write these formats (default: md,html)'))
    .addOption(jsonFlag())
    .action(async (given) => (await import('./report.ts')).runReport(given));

const replay = () =>
  command(
    'replay',
    'Re-evaluate recorded history under other thresholds',
    [
      'vigil replay --policy examples/stricter.config.ts --since 48h',
      'vigil replay --incidents incidents.json --grace 30m --json',
    ],
    '0 done, 2 inconclusive',
    [config(), history(), jsonFlag()],
  )
    .addOption(value('--policy <files>', 'compare these policy files, comma-separated'))
    .addOption(value('--incidents <file>', 'compare with the incidents in this file'))
    .addOption(value('--grace <duration>', 'count alerts this long after an incident').default('15m'))
    .addOption(since())
    .action(async (given) => (await import('./replay.ts')).runReplay(given));

const exporting = () =>
  command(
    'export',
    'Export recorded samples and alerts as OpenMetrics',
    ['vigil export --since 48h --out samples.om', 'vigil export --since 2026-01-01T00:00:00Z --until 24h'],
    '0 done',
  )
    .addOption(config())
    .addOption(history())
    .addOption(value('--format <name>', 'choose the format').default('openmetrics'))
    .addOption(since())
    .addOption(value('--until <time>', 'end at this time or duration ago'))
    .addOption(value('--out <file>', 'write to this file (default: stdout)'))
    .action(async (given) => (await import('./export.ts')).runExport(given));

/** The whole command line, in the order in which a person needs its commands. */
export function commandLine(): Command {
  const examples = ['vigil monitor --loop --interval 5m --duration 48h', 'vigil gate --to 25'] as const;
  const whole = command(
    'vigil',
    'Run your tests against production after a release',
    examples,
    '0 pass, 1 fail, 2 inconclusive',
  )
    .usage('COMMAND [options]')
    .option('--version', 'show the version')
    .configureHelp({ subcommandTerm: (one) => one.name() })
    .helpCommand('help [command]', 'Show the options of a command');
  const all = [
    monitor,
    stop,
    gate,
    init,
    demo,
    checks,
    ingest,
    alerts,
    handover,
    incident,
    rollback,
    doctor,
    report,
    replay,
    render,
    drill,
  ];
  for (const define of [...all, exporting, stack, target]) {
    const made = define();
    if (made.options.some(({ long }) => long === '--config')) made.addOption(deployment());
    whole.addCommand(made);
  }
  return whole;
}

import { parseArgs, stripVTControlCharacters } from 'node:util';
import { type ArgsDef, type CommandDef, renderUsage, runCommand } from 'citty';
import { messageOf, printable, VigilError } from '../src/core/index.ts';
import { exitCodes } from './exit-codes.ts';

interface Entry {
  summary: string;
  // biome-ignore lint/suspicious/noExplicitAny: each command has arguments of its own
  load(): Promise<CommandDef<any>>;
}

/** The commands; each is loaded only when it is called, so that none pays for another's imports. */
const commands: Record<string, Entry> = {
  monitor: {
    summary: 'runs the suite once: outcomes, metrics, alerts, a snapshot',
    load: async () => (await import('./monitor.ts')).monitorCommand,
  },
  gate: {
    summary: 'decides from the evidence whether a release may have more traffic',
    load: async () => (await import('./gate.ts')).gateCommand,
  },
  init: {
    summary: 'puts a configuration, a first check and the CI step into a repository',
    load: async () => (await import('./init.ts')).initCommand,
  },
  checks: {
    summary: 'lists the checks that must be there; forgets one; writes a catalogue',
    load: async () => (await import('./checks.ts')).checksCommand,
  },
  alerts: {
    summary: 'lists open alerts; acknowledges one; declares a maintenance window',
    load: async () => (await import('./alerts.ts')).alertsCommand,
  },
  rollback: {
    summary: 'shows how the previous release would be brought back; --execute does it',
    load: async () => (await import('./rollback.ts')).rollbackCommand,
  },
  doctor: {
    summary: 'validates configuration and environment, and the 15 minutes of a rollback',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  report: {
    summary: 'the 48-hour report from the history: Markdown, HTML, JSON',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  replay: {
    summary: 'other limits and times over recorded evidence, side by side',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  render: {
    summary: 'writes monitoring/ and the tables in docs/; --check fails when they are stale',
    load: async () => (await import('./render.ts')).renderCommand,
  },
  drill: {
    summary: 'puts every fault in and proves that its check turns red',
    load: async () => (await import('./drill.ts')).drillCommand,
  },
  export: {
    summary: 'writes the recorded samples and alerts as OpenMetrics, to back-fill a Prometheus',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  stack: {
    summary: 'runs Prometheus, Alertmanager, node_exporter, Genesis and Vigil together',
    load: async () => (await import('./stack.ts')).stackCommand,
  },
  target: {
    summary: 'runs the reference Genesis, the target that is watched first',
    load: async () => (await import('./target.ts')).targetCommand,
  },
};

function overview(): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
  return [
    'Vigil: a Vitest suite as the production monitor.',
    '',
    'vigil COMMAND [options]',
    '',
    ...rows,
    '',
    'vigil COMMAND --help shows its options. Exit codes: 0 pass, 1 fail, 2 inconclusive, 64 usage, 70 internal.',
  ].join('\n');
}

/** Options that the command doesn't have are refused: a misspelt --config must not mean "no configuration". */
function refuseUnknown(name: string, definition: ArgsDef, argv: string[]): void {
  const options = Object.fromEntries(
    Object.entries(definition).map(([key, { type }]) => [
      key,
      { type: type === 'boolean' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  try {
    parseArgs({ args: argv, options, strict: true, allowNegative: true, allowPositionals: false });
  } catch (thrown) {
    throw new VigilError('USAGE', `vigil ${name}: ${messageOf(thrown).split('. ', 1)[0]}`, {
      expected: Object.keys(definition)
        .map((key) => `--${key}`)
        .join(' '),
      hint: `vigil ${name} --help`,
    });
  }
}

async function dispatch(argv: string[]): Promise<void> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${overview()}\n`);
    process.exitCode = name === undefined ? exitCodes.usage : 0;
    return;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) {
    throw new VigilError('USAGE', `there is no command “${name}”`, {
      expected: Object.keys(commands).join(', '),
      hint: 'vigil --help',
    });
  }
  const command = await entry.load();
  if (rest.includes('--help') || rest.includes('-h')) {
    const usage = await renderUsage(command, { meta: { name: 'vigil' } });
    process.stdout.write(`${process.stdout.isTTY ? usage : stripVTControlCharacters(usage)}\n`);
    return;
  }
  refuseUnknown(name, command.args as ArgsDef, rest);
  await runCommand(command, { rawArgs: rest });
}

/**
 * Nobody else says 0: a module that a configuration imports may end the process, and CI would take that for a pass.
 * What is returned says that the command itself is over.
 */
function guardExit(): () => void {
  let due: typeof process.exitCode = exitCodes.internal;
  process.once('exit', (code) => {
    if (code !== 0 || due === undefined || due === 0) return;
    process.exitCode = due;
    process.stderr.write(`the process was ended with 0 by something else; its exit code is ${due}\n`);
  });
  return () => {
    due = process.exitCode;
  };
}

/** Runs a command line; a person's mistake is a sentence on stderr, never a stack trace. */
export async function main(argv: string[]): Promise<void> {
  const isOver = guardExit();
  try {
    await dispatch(argv);
  } catch (thrown) {
    const isOurs = thrown instanceof VigilError;
    const isTheirs = isOurs && (thrown.code === 'USAGE' || thrown.code === 'CONFIG_INVALID');
    process.exitCode = isTheirs ? exitCodes.usage : exitCodes.internal;
    const text = isOurs
      ? thrown.describe()
      : `internal fault: ${thrown instanceof Error ? thrown.stack : thrown}`;
    process.stderr.write(`${printable(text)}\n`);
  } finally {
    isOver();
  }
}

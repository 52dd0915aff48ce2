import { CommanderError } from 'commander';
import { mistakeOf } from './command.ts';
import { commandLine } from './commands.ts';
import { exitCodes } from './exit-codes.ts';

async function dispatch(argv: string[]): Promise<void> {
  const vigil = commandLine();
  if (argv.length === 0) {
    vigil.outputHelp();
    process.exitCode = exitCodes.usage;
    return;
  }
  if (argv[0] === '--version') {
    const { packageVersion } = await import('./package-root.ts');
    process.stdout.write(`${packageVersion}\n`);
    return;
  }
  try {
    await vigil.parseAsync(argv, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === exitCodes.pass) return; // a help text was shown
    const { VigilError } = await import('../src/core/index.ts');
    const isCommand = vigil.commands.some((command) => command.name() === argv[0]);
    throw new VigilError('USAGE', mistakeOf(thrown), {
      hint: `vigil ${isCommand ? `${argv[0]} ` : ''}--help`,
    });
  }
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
    process.stderr.write(`another module exited with 0; Vigil exits with ${due}\n`);
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
    const { printable, VigilError } = await import('../src/core/index.ts');
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

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
  const names = vigil.commands.map((command) => command.name());
  if (argv[0] === 'help' && argv[1] !== undefined && !names.includes(argv[1])) {
    const { didYouMean, VigilError } = await import('../src/core/index.ts');
    const meant = didYouMean(argv[1], names);
    throw new VigilError('USAGE', `unknown command "${argv[1]}"${meant}`, { hint: 'vigil --help' });
  }
  try {
    await vigil.parseAsync(argv, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === exitCodes.pass) return; // a help text was shown
    const { didYouMean, VigilError } = await import('../src/core/index.ts');
    const isCommand = vigil.commands.some((command) => command.name() === argv[0]);
    const mistake = mistakeOf(thrown);
    const [, word = '', choices = ''] = /^invalid \S+ "(.*)": expected (.*)$/.exec(mistake) ?? [];
    throw new VigilError('USAGE', `${mistake}${didYouMean(word, choices.split(', '))}`, {
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

/** What the file system refused, by the code that Node gives it. */
const refusals: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a file stands where a folder is expected',
  EEXIST: 'something else is there already',
  EISDIR: 'a folder stands where a file is expected',
};

/** A file that can't be written or read is a matter of the machine, not a fault of ours: a sentence with its path. */
function refusedFile(thrown: unknown): string | undefined {
  const { code = '', path } = thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : {};
  const refusal = refusals[code];
  return refusal === undefined || path === undefined ? undefined : `${path}: ${refusal} (${code})`;
}

/** Runs a command line; a person's mistake is a sentence on stderr, never a stack trace. */
export async function main(argv: string[]): Promise<void> {
  const isOver = guardExit();
  try {
    await dispatch(argv);
  } catch (thrown) {
    const { printable, VigilError } = await import('../src/core/index.ts');
    const { HistoryError } = await import('../src/history/index.ts');
    const isOurs = thrown instanceof VigilError;
    const refused = refusedFile(thrown);
    const isTheirs =
      thrown instanceof HistoryError
        ? thrown.isUsage
        : isOurs && (thrown.code === 'USAGE' || thrown.code === 'CONFIG_INVALID');
    process.exitCode = isTheirs || refused !== undefined ? exitCodes.usage : exitCodes.internal;
    const text = isOurs
      ? thrown.describe()
      : (refused ?? `internal fault: ${thrown instanceof Error ? thrown.stack : thrown}`);
    process.stderr.write(`${printable(text)}\n`);
  } finally {
    isOver();
  }
}

import { minimalEnvironment, VigilError } from '../../core/index.ts';
import { runCommand } from '../../suite/index.ts';

/** Asks no questions on a terminal, takes no lock for a look. */
export const gitEnvironment = (): Record<string, string> => ({
  ...minimalEnvironment(),
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C',
});

/** Git on one working copy, for questions. */
export function gitRunner(folder: string, timeoutMs = 30_000) {
  const list = (...args: string[]) => ['git', '-C', folder, ...args];
  const run = (args: string[]) =>
    runCommand({ command: list(...args), cwd: '/', env: gitEnvironment(), timeoutMs });
  return {
    list,
    /** What git says, or HARNESS with its own words. */
    async one(...args: string[]): Promise<string> {
      const { exit, stdout, stderr } = await run(args);
      if (exit.code === 0) return stdout.trim();
      const received = stderr.trim().split('\n').at(-1) || `exit code ${exit.code ?? exit.signal}`;
      throw new VigilError('HARNESS', `git ${args[0]} failed: ${received}`, { where: folder });
    },
    /** What git says; `undefined` when it says no. */
    async maybe(...args: string[]): Promise<string | undefined> {
      const { exit, stdout } = await run(args);
      return exit.code === 0 ? stdout.trim() : undefined;
    },
  };
}

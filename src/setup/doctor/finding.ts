import { messageOf, programFile, VigilError } from '../../core/index.ts';
import type { Finding } from '../command-documents.ts';

/** Does a look; what it throws is the problem. */
export async function look(subject: string, action: () => Promise<string> | string): Promise<Finding> {
  try {
    return { subject, state: 'ok', detail: await action() };
  } catch (thrown) {
    const hint =
      thrown instanceof VigilError
        ? (thrown.hint ?? (thrown.expected && `expected ${thrown.expected}`))
        : undefined;
    const received =
      thrown instanceof VigilError && thrown.received && !thrown.message.includes(thrown.received)
        ? `: ${thrown.received}`
        : '';
    return { subject, state: 'problem', detail: `${messageOf(thrown)}${received}`, hint };
  }
}

/** Where the program of a command is found, as it would be started in `cwd` with this PATH. @throws HARNESS */
export function findProgram(command: readonly string[], cwd: string, searchPath: string): string {
  const [name = ''] = command;
  const found = programFile(name, cwd, searchPath);
  if (found) return found;
  throw new VigilError('HARNESS', `there is no program ${name}`, {
    where: name.includes('/') ? cwd : 'PATH',
    hint: 'install it, or name it with its whole path',
  });
}

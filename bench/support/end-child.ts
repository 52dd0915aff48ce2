import type { ChildProcess } from 'node:child_process';

/** Ends a process that a bench has started, and waits until it is gone. */
export async function endChild(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null)
    await new Promise((resolve) => child.once('close', resolve));
}

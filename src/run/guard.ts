import { spawn } from 'node:child_process';

/**
 * Reads the group's number and then waits. That its input ends without the word means that whoever held the other end
 * is gone, however it went: then the group is ended with all that descends from its head, where the kernel lists children.
 */
const script = `
read -r head || exit 0
read -r word
[ "$word" = done ] && exit 0
descendants() {
  for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do echo "$child"; descendants "$child"; done
}
found=$(descendants "$head")
kill -s KILL -- "-$head" $found 2>/dev/null
exit 0
`;

export interface Guard {
  /** Names the process group to end. */
  watch(pid: number): void;
  /** Says that it has been ended in the ordinary way. */
  release(): void;
}

/**
 * Sees to it that a process group ends when this process is gone, even by SIGKILL: a shell in a session of its own holds
 * a pipe to us and ends the group when the pipe breaks. It asks nothing of the group, so any command is covered. It
 * is opened before the group begins, so that hardly a moment is left between the two.
 */
export function openGuard(): Guard {
  const shell = spawn('/bin/sh', ['-c', script, 'vigil-guard'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell the run goes on unguarded; a guard that was ended with the group's descendants has no more to do.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return {
    watch: (pid) => void shell.stdin.write(`${pid}\n`),
    release: () => void shell.stdin.end('done\n'),
  };
}

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { openRunGroup, type RunGroup } from './left-behind.ts';

/** The variable by which the processes of a run are known before they are named. */
const variable = 'RUN_BY_VIGIL';

/**
 * Reads the group's number and then waits. That its input ends without the word means that whoever held the other end
 * is gone, however it went: then the group is ended with all that descends from its head, where the kernel lists children,
 * and of a run that leaves nothing behind all that carries its mark. Gone before it named the group, what it had just
 * started is known by its mark.
 */
const script = `
marked() { grep -lszxF "${variable}=$1" /proc/[0-9]*/environ | cut -d / -f 3; cat "$2/cgroup.procs" 2>/dev/null; }
read -r head
[ "$head" = done ] && exit 0
if [ -n "$head" ]; then
  read -r word
  [ "$word" = done ] && exit 0
else
  sleep 1
  head=$(marked "$@")
fi
descendants() {
  for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do echo "$child"; descendants "$child"; done
}
for one in $head; do
  found=$(descendants "$one")
  kill -s KILL -- "-$one" "$one" $found 2>/dev/null
done
[ -n "$3" ] && kill -s KILL $(marked "$@") 2>/dev/null
[ -n "$2" ] && for attempt in 1 2 3 4 5; do sleep 1; rmdir "$2" 2>/dev/null && break; done
exit 0
`;

export interface Guard {
  /** What the environment of the group's head must hold beside its own. */
  mark: Record<string, string>;
  /** The same as a line of an environment. */
  line: string;
  /** The control group that all of the run belongs in, where one could be made. */
  group: RunGroup | undefined;
  /** Names the process group to end. */
  watch(pid: number): void;
  /** Says that it has been ended in the ordinary way. */
  release(): void;
}

/**
 * Sees to it that a process group ends when this process is gone, even by SIGKILL: a shell in a session of its own holds
 * a pipe to us and ends the group when the pipe breaks. It asks nothing of the group, so any command is covered. It
 * is opened before the group begins and knows it by a mark, so that no moment is left between the two. With `endsAll`
 * nothing of the run is to live on, whatever group or session it went to.
 */
export function openGuard(endsAll = false): Guard {
  const id = randomUUID();
  const group = endsAll ? openRunGroup(id) : undefined;
  const shell = spawn(
    '/bin/sh',
    ['-c', script, 'vigil-guard', id, group?.folder ?? '', endsAll ? 'all' : ''],
    {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  // Without a shell the run goes on unguarded; a guard that was ended with the group's descendants has no more to do.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return {
    mark: { [variable]: id },
    line: `${variable}=${id}`,
    group,
    watch: (pid) => void shell.stdin.write(`${pid}\n`),
    release: () => void shell.stdin.end('done\n'),
  };
}

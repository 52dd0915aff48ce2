import { send } from './http/http.ts';
import { unexpected } from './http/http-failure.ts';

export type ContainerHealth = 'healthy' | 'unhealthy' | 'starting' | 'none';

export interface Container {
  /** Without Docker's leading slash. */
  names: string[];
  image: string;
  /** `running`, `exited`, `restarting`, … */
  state: string;
  /** `none` when the image has no health check. */
  health: ContainerHealth;
}

interface Listed {
  Names?: string[];
  Image?: string;
  State?: string;
  Status?: string;
}

/** The list has no field for it: `Up 2 minutes (healthy)`, `Up 3 seconds (health: starting)`. */
function healthOf(status = ''): ContainerHealth {
  const word = /\((?:health: )?(healthy|unhealthy|starting)\)\s*$/.exec(status)?.[1];
  return (word ?? 'none') as ContainerHealth;
}

/** Where a Docker API is asked. */
function asked(socket: string) {
  const isRemote = /^(?:https?|tcp):\/\//.test(socket);
  return {
    base: isRemote ? socket.replace(/^tcp:/, 'http:').replace(/\/+$/, '') : 'http://docker',
    options: { socketPath: isRemote ? undefined : socket.replace(/^unix:\/\//, '') },
  };
}

/**
 * Every container, running or not, by Docker's unix socket or an http:// address of its API. TARGET_UNREACHABLE names
 * the socket and whether it is missing or not permitted.
 */
export async function listContainers({ socket }: { socket: string }): Promise<Container[]> {
  const { base, options } = asked(socket);
  const answer = await send(`${base}/containers/json?all=1`, options);
  const list = answer.status === 200 ? answer.json() : undefined;
  if (!Array.isArray(list)) throw unexpected(answer, 'a list of containers');
  return (list as Listed[]).map(({ Names = [], Image = '', State = 'unknown', Status }) => ({
    names: Names.map((name) => name.replace(/^\//, '')),
    image: Image,
    state: State,
    health: healthOf(Status),
  }));
}

/** How often a container was started again by its restart policy, and when last. */
export interface ContainerRestarts {
  restarts: number;
  /** Epoch milliseconds. */
  startedMs: number;
}

/** The restarts of one container since it was made. */
export async function containerRestarts(
  { socket }: { socket: string },
  name: string,
): Promise<ContainerRestarts> {
  const { base, options } = asked(socket);
  const answer = await send(`${base}/containers/${encodeURIComponent(name)}/json`, options);
  const found =
    answer.status === 200 ? answer.json<{ RestartCount?: unknown; State?: { StartedAt?: string } }>() : {};
  if (typeof found.RestartCount !== 'number') throw unexpected(answer, 'a container with its RestartCount');
  return { restarts: found.RestartCount, startedMs: Date.parse(found.State?.StartedAt ?? '') };
}

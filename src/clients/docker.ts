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

/**
 * Every container, running or not, by Docker's unix socket or an http:// address of its API. TARGET_UNREACHABLE names
 * the socket and whether it is missing or not permitted.
 */
export async function listContainers({ socket }: { socket: string }): Promise<Container[]> {
  const remote = /^(?:https?|tcp):\/\//.test(socket);
  const base = remote ? socket.replace(/^tcp:/, 'http:').replace(/\/+$/, '') : 'http://docker';
  const answer = await send(`${base}/containers/json?all=1`, {
    socketPath: remote ? undefined : socket.replace(/^unix:\/\//, ''),
  });
  const list = answer.status === 200 ? answer.json() : undefined;
  if (!Array.isArray(list)) throw unexpected(answer, 'a list of containers');
  return (list as Listed[]).map(({ Names = [], Image = '', State = 'unknown', Status }) => ({
    names: Names.map((name) => name.replace(/^\//, '')),
    image: Image,
    state: State,
    health: healthOf(Status),
  }));
}

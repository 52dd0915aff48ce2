/** What differs from one service to another. */
interface Parts {
  image: string;
  build?: { context: string; dockerfile: string };
  user: string;
  command?: readonly string[];
  entrypoint?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  secrets?: readonly string[];
  volumes?: readonly string[];
  /** Folders beside /tmp that may be written to and are forgotten. */
  scratch?: readonly string[];
  healthcheck: object;
  memory: string;
  cpus: number;
}

export type Service = Record<string, unknown>;

/** A file or folder of this one, read-only in the container. */
export const mounted = (from: string, to: string): string => `${from}:${to}:ro`;

/** Asks with the Node of the image, which has no curl; a rejection that nobody handles is a failure. */
export const nodeAsk = (url: string): string[] => [
  'CMD',
  'node',
  '--eval',
  `fetch('${url}').then(({ ok, status }) => { if (!ok) throw new Error(status); })`,
];

/** Asks with the busybox of the image. */
export const wgetAsk = (url: string): string[] => ['CMD', 'wget', '--quiet', '--spider', url];

export const healthcheck = (test: readonly string[]): object => ({
  test,
  interval: '15s',
  timeout: '5s',
  retries: 4,
  start_period: '60s',
});

/** A service in the shared network: nothing to write but its volumes and /tmp, no privileges, limits, an init. */
export function inPod({ memory, scratch = [], ...parts }: Parts): Service {
  return {
    ...parts,
    network_mode: 'service:pod',
    depends_on: { pod: { condition: 'service_started' } },
    init: true,
    read_only: true,
    tmpfs: ['/tmp', ...scratch],
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    restart: 'unless-stopped',
    mem_limit: memory,
    pids_limit: 256,
    logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
  };
}

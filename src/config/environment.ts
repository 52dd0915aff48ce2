/** Names of the variables through which the runner speaks to its child. */
export const variables = {
  context: 'VIGIL_CONTEXT',
  events: 'VIGIL_EVENTS',
  config: 'VIGIL_CONFIG',
  /** The W3C context of the cycle's span, for a suite that traces itself. */
  traceparent: 'TRACEPARENT',
} as const;

export interface RunEnvironment {
  /** File with the run's context, written by the runner; absent when Vitest was started by hand. */
  contextFile: string | undefined;
  /** File to which the reporter streams a line per finished case. */
  eventsFile: string | undefined;
  /** Configuration to load when Vitest was started by hand. */
  configFile: string | undefined;
}

/** What the environment says about this run; the only reader of these variables. */
export function runEnvironment(env: NodeJS.ProcessEnv = process.env): RunEnvironment {
  return {
    contextFile: env[variables.context],
    eventsFile: env[variables.events],
    configFile: env[variables.config],
  };
}

const passedOn = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TZ',
  'LANG',
  'LC_ALL',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SystemRoot',
];

/** The few variables a suite's process gets from ours, so that no secret of the runner reaches it by accident. */
export function minimalEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return Object.fromEntries(passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** The variables that a reference `env:NAME` may name. */
export function secretEnvironment(
  env: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string | undefined>> {
  return env;
}

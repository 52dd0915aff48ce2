import { homedir } from 'node:os';

/** Names of the variables through which the runner speaks to its child. */
export const variables = {
  context: 'VIGIL_CONTEXT',
  events: 'VIGIL_EVENTS',
  report: 'VIGIL_REPORT',
  config: 'VIGIL_CONFIG',
  deployment: 'VIGIL_DEPLOYMENT',
  /** The titles of the checks that a shard owes, a line each, for a command that can choose. */
  checks: 'VIGIL_CHECKS',
  /** The W3C context of the cycle's span, for a suite that traces itself. */
  traceparent: 'TRACEPARENT',
} as const;

export interface RunEnvironment {
  /** File with the run's context, written by the runner; absent when Vitest was started by hand. */
  contextFile: string | undefined;
  /** File to which the reporter streams a line per finished case. */
  eventsFile: string | undefined;
  /** File to which the reporter writes the JUnit report. */
  reportFile: string | undefined;
  /** Configuration to load when Vitest was started by hand. */
  configFile: string | undefined;
  /** Which of several deployments of the configuration is meant. */
  deployment: string | undefined;
}

/** What the environment says about this run; the only reader of these variables. */
export function runEnvironment(env: NodeJS.ProcessEnv = process.env): RunEnvironment {
  return {
    contextFile: env[variables.context],
    eventsFile: env[variables.events],
    reportFile: env[variables.report],
    configFile: env[variables.config],
    deployment: env[variables.deployment] || undefined,
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
  // The way out is the same for whoever asks.
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SystemRoot',
];

/** The few variables a suite's process gets from ours, so that no secret of the runner reaches it by accident. */
export function minimalEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return Object.fromEntries(passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Where whoever runs us lets Node keep compiled code. */
export function givenCompileCache(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env.NODE_COMPILE_CACHE || undefined;
}

/** The home of whoever runs us; `undefined` for a user that nobody knows. */
export function userHome(env: NodeJS.ProcessEnv = process.env): string | undefined {
  try {
    return env.HOME || homedir();
  } catch {
    return undefined;
  }
}

/** The variables that a reference `env:NAME` may name. */
export function secretEnvironment(
  env: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string | undefined>> {
  return env;
}

/** What a CI system says of the job that runs us. */
export interface CiEnvironment {
  /** Whether workflow commands are understood. */
  isGitHub: boolean;
  /** File to which a summary in Markdown is appended. */
  stepSummaryFile: string | undefined;
  /** Who started which job; `undefined` outside of CI. */
  startedBy: string | undefined;
}

/** What the environment says of the CI job around us: GitHub Actions, GitLab and Jenkins. */
export function ciEnvironment(env: NodeJS.ProcessEnv = process.env): CiEnvironment {
  const isGitHub = env.GITHUB_ACTIONS === 'true';
  const jobs: [who: string | undefined, what: string | undefined][] = [
    isGitHub
      ? [env.GITHUB_ACTOR, `GitHub ${env.GITHUB_WORKFLOW ?? 'workflow'} run ${env.GITHUB_RUN_ID ?? '?'}`]
      : [undefined, undefined],
    env.GITLAB_CI === 'true'
      ? [env.GITLAB_USER_LOGIN, `GitLab job ${env.CI_JOB_ID ?? '?'}`]
      : [undefined, undefined],
    env.JENKINS_URL ? [env.BUILD_USER_ID, `Jenkins ${env.BUILD_TAG ?? '?'}`] : [undefined, undefined],
  ];
  const [who, what] = jobs.find(([, job]) => job !== undefined) ?? [undefined, undefined];
  return {
    isGitHub,
    stepSummaryFile: isGitHub ? env.GITHUB_STEP_SUMMARY || undefined : undefined,
    startedBy: what === undefined ? undefined : [who, what].filter((part) => part).join(', '),
  };
}

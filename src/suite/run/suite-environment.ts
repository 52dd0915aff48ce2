import {
  givenValue,
  minimalEnvironment,
  type ProbeConfig,
  referredVariables,
  secretEnvironment,
} from '../../core/index.ts';
import { homeVariables } from './suite-home.ts';
import type { SuiteOptions } from './suite-options.ts';

/** What the configuration gives the suite, and the variables that its probes name; nothing else of ours. */
function givenVariables(
  suite: SuiteOptions['suite'],
  probes: readonly ProbeConfig[],
): Record<string, string> {
  const env = secretEnvironment();
  const named = referredVariables(probes).flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  const given = Object.entries(suite.env).map(
    ([name, value]) => [name, givenValue(value, `suite.env.${name}`)] as const,
  );
  return Object.fromEntries([...named, ...given]);
}

/** The environment of a suite's process: little of ours, what the configuration gives, and what this run adds. */
export function suiteEnvironment(
  { suite, compileCache, home }: Pick<SuiteOptions, 'suite' | 'compileCache' | 'home'>,
  probes: readonly ProbeConfig[],
  ofRun: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return {
    ...minimalEnvironment(),
    ...homeVariables(home),
    CI: '1',
    NODE_COMPILE_CACHE: compileCache,
    ...ofRun,
    ...givenVariables(suite, probes),
  };
}

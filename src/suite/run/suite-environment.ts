import { givenCompileCache, givenValue, minimalEnvironment, variablesFor } from '../../core/index.ts';
import { homeVariables } from './suite-home.ts';
import type { SuiteOptions } from './suite-options.ts';

/** What the configuration gives the suite, and what it needs to ask as the configuration says; nothing else of ours. */
function givenVariables(suite: SuiteOptions['suite'], refersToSecrets: unknown): Record<string, string> {
  const given = Object.entries(suite.env).map(
    ([name, value]) => [name, givenValue(value, `suite.env.${name}`)] as const,
  );
  return { ...variablesFor(refersToSecrets), ...Object.fromEntries(given) };
}

/** The environment of a suite's process: little of ours, what the configuration gives, and what this run adds. */
export function suiteEnvironment(
  { suite, compileCache, home }: Pick<SuiteOptions, 'suite' | 'compileCache' | 'home'>,
  refersToSecrets: unknown,
  ofRun: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return {
    ...minimalEnvironment(),
    ...homeVariables(home),
    CI: '1',
    NODE_COMPILE_CACHE: givenCompileCache() ?? compileCache,
    ...ofRun,
    ...givenVariables(suite, refersToSecrets),
  };
}

import { expect, test } from 'vitest';
import type { LoadedConfig } from '../../../src/core/config/load.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { runDeployments } from '../../../src/monitor/deployments/run-deployments.ts';

const loaded = (name: string): LoadedConfig =>
  ({
    config: validateConfig(
      { name, services: { api: { url: 'http://127.0.0.1:9' } }, suite: { root: '/' } },
      name,
    ),
    folder: '/',
    file: name,
    deployment: name,
  }) as LoadedConfig;

/** Watches these deployments, then those after a reload, each until it is told to end; the worst verdict. */
async function verdictOf(
  names: readonly (readonly string[])[],
  verdictBy: Record<string, 'pass' | 'fail'>,
): Promise<string> {
  const ending = new AbortController();
  const begun: string[] = [];
  let reload = () => {};
  const done = runDeployments({
    host: '127.0.0.1',
    port: 0,
    signal: ending.signal,
    say: () => {},
    load: async (version) => ({
      deployments: (names[version] ?? []).map((name) => ({ name, loaded: loaded(name) })),
      concurrency: 1,
      files: [],
    }),
    namesOf: () => [],
    readersOf: () => undefined,
    start: async ({ deployment = '' }, { signal }) => {
      begun.push(deployment);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      return verdictBy[deployment] ?? 'pass';
    },
    overview: () => () => {},
    onReload(asked) {
      reload = asked;
      return () => {};
    },
  });
  await expect.poll(() => begun).toContain(names[0]?.[0]);
  if (names.length > 1) reload();
  await expect.poll(() => begun).toContain(names.at(-1)?.[0]);
  ending.abort();
  return done;
}

test('the verdict is the worst of those that are watched at the end, and of none that a reload ended', async () => {
  expect(await verdictOf([['cart']], { cart: 'fail' })).toBe('fail');
  expect(await verdictOf([['cart'], ['search']], { cart: 'fail' })).toBe('pass');
});

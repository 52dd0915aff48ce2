import { deploymentLabel } from '../../../core/index.ts';

/**
 * How PromQL selects what is of one deployment: series with its label, and those without any, such as what a Prometheus
 * scrapes by a configuration of its own. Another deployment's are never among them.
 */
export const withinDeployment = (name: string | undefined): string =>
  name === undefined ? '' : `deployment=~"${deploymentLabel({ name })}|"`;

/** A selector with one more matcher. */
export function narrowed(selector: string, matcher: string): string {
  if (matcher === '') return selector;
  return selector.endsWith('}')
    ? `${selector.slice(0, -1)}${selector.endsWith('{}') ? '' : ','}${matcher}}`
    : `${selector}{${matcher}}`;
}

/** The suites that the probes run now, where they are not all one: a rolling upgrade, which says nothing of lost checks. */
export function suiteUpgrade(suites: ReadonlyMap<string, readonly string[]>): string | undefined {
  const running = [...suites].flatMap(([probe, hashes]) => hashes.map((hash) => ({ probe, hash })));
  const bySuite = Map.groupBy(running, ({ hash }) => hash);
  if (bySuite.size < 2) return undefined;
  const versions = [...bySuite].map(
    ([hash, of]) =>
      `${of
        .map(({ probe }) => probe)
        .sort()
        .join(', ')} on ${hash.slice(0, 8)}`,
  );
  return `the suite is being upgraded: ${versions.sort().join('; ')}`;
}

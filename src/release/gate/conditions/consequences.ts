import type { Dependency } from '../../../core/index.ts';
import type { CheckEvidence, OpenAlert } from '../evidence.ts';

/** What failing checks follow from: a check that fails itself, or a service of which an alert fires. */
interface Root {
  name: string;
  /** Of the service, where no check of it says more. */
  rule: string | undefined;
  /** The checks that follow from it. */
  followers: CheckEvidence[];
}

const isTelling = ({ rule, status, severity }: OpenAlert): boolean =>
  status === 'firing' && severity === 'critical' && rule !== 'HealthCheckFailed';

/** What a failing check follows from directly: by its id, or the service of an alert. */
function sourceOf(
  failure: CheckEvidence,
  failing: ReadonlySet<string>,
  telling: readonly OpenAlert[],
  dependencies: readonly Dependency[],
): Omit<Root, 'followers'> | undefined {
  for (const { target, source } of dependencies) {
    if (!target.checks.includes(failure.id)) continue;
    const check = source.checks.find((id) => id !== failure.id && failing.has(id));
    if (check !== undefined) return { name: check, rule: undefined };
    const alert = telling.find(({ service }) => service !== undefined && service === source.service);
    if (alert?.service !== undefined) return { name: alert.service, rule: alert.rule };
  }
  return undefined;
}

/** What the most of the failing checks follow from by what depends on what, through all that lies between. */
export function rootOf(
  failures: readonly CheckEvidence[],
  alerts: readonly OpenAlert[],
  dependencies: readonly Dependency[],
): Root | undefined {
  const failing = new Set(failures.map(({ id }) => id));
  const telling = alerts.filter(isTelling);
  const sources = new Map(
    failures.map((failure) => [failure.id, sourceOf(failure, failing, telling, dependencies)]),
  );
  const roots = new Map<string, Root>();
  for (const failure of failures) {
    let source = sources.get(failure.id);
    while (source && source.rule === undefined && sources.get(source.name)) source = sources.get(source.name);
    if (!source) continue;
    const root = roots.get(source.name) ?? { ...source, followers: [] };
    root.followers.push(failure);
    roots.set(source.name, root);
  }
  return [...roots.values()].sort((a, b) => b.followers.length - a.followers.length)[0];
}

/** How many checks follow from something, as a sentence goes on. */
export const followText = (count: number): string =>
  `${count} ${count === 1 ? 'check follows' : 'checks follow'} from it`;

import type { InstanceRelease } from '../../alerts/index.ts';
import { differenceFrom, type SaidRelease } from '../../clients/index.ts';
import { givenValue, messageOf, oneLine, type ServiceConfig, shortened } from '../../core/index.ts';
import type { ReleaseAnswers } from '../../suite/index.ts';

const mostCharacters = 80;

/** An answer as a sentence can hold it. */
const inShort = (one: SaidRelease): SaidRelease =>
  'release' in one ? { ...one, release: shortened(oneLine(one.release), mostCharacters) } : one;

/** The release that a service must run. @throws CONFIG_INVALID where what names it can't be read */
const wantedOf = ({ name, release }: ServiceConfig): string | undefined =>
  release.expected === undefined
    ? undefined
    : givenValue(release.expected, `services.${name}.release.expected`).trim();

/** A sentence for each expected release that not all instances of its services said that they run. */
export function unexpectedReleases(services: readonly ServiceConfig[], answers: ReleaseAnswers): string[] {
  const said = new Map<string, SaidRelease[]>();
  const unread: string[] = [];
  for (const service of services) {
    try {
      const wanted = wantedOf(service);
      if (wanted === undefined) continue;
      said.set(wanted, [...(said.get(wanted) ?? []), ...(answers.get(service.name) ?? []).map(inShort)]);
    } catch (thrown) {
      unread.push(messageOf(thrown));
    }
  }
  const differences = [...said].flatMap(([wanted, all]) => differenceFrom(wanted, all) ?? []);
  return [...differences, ...unread].sort();
}

/** Whether each instance runs the release that its service must run; nothing of services of which nobody says it. */
export function instanceReleases(
  services: readonly ServiceConfig[],
  answers: ReleaseAnswers,
): InstanceRelease[] {
  return services.flatMap((service) => {
    let wanted: string | undefined;
    try {
      wanted = wantedOf(service);
    } catch {
      return []; // the cycle says so
    }
    if (wanted === undefined) return [];
    // Behind one address there may be several, of which one is enough.
    const byInstance = Map.groupBy(answers.get(service.name) ?? [], ({ instance }) => instance);
    return [...byInstance].map(([instance, all]) => {
      const ids = all.flatMap((one) => ('release' in one ? [one.release] : []));
      const isExpected = ids.length === 0 ? undefined : ids.every((id) => id === wanted);
      return { service: service.name, instance, isExpected };
    });
  });
}

import { type SaidRelease, saidReleases } from '../../clients/index.ts';
import { givenValue, messageOf, oneLine, type ServiceConfig, shortened } from '../../core/index.ts';

async function saidOf(service: ServiceConfig): Promise<SaidRelease[]> {
  try {
    const said = await saidReleases(service);
    return said.map((one) =>
      'release' in one ? { ...one, release: shortened(oneLine(one.release), 80) } : one,
    );
  } catch (thrown) {
    return [{ name: service.name, failure: messageOf(thrown) }];
  }
}

/** How the instances of services differ from the release that they must run; nothing where all of them do. */
function differenceFrom(expected: string, said: readonly SaidRelease[]): string | undefined {
  const others = said.filter((one) => !('release' in one) || one.release !== expected);
  if (others.length === 0) return undefined;
  const count = said.length - others.length;
  const known = new Set(said.flatMap((one) => ('release' in one ? [one.release] : [])));
  const state = known.size > 1 ? 'mixed releases: ' : 'another release than expected: ';
  const named = others.map((one) =>
    'release' in one ? `${one.name} runs ${one.release}` : `${one.name} names none (${one.failure})`,
  );
  const of = `${count} of ${said.length} ${said.length === 1 ? 'instance' : 'instances'} on ${expected}`;
  return `${state}${of}; ${named.join(', ')}`;
}

/**
 * Asks every instance of every service for its release, where one is expected: a sentence for each expected release that
 * not all of them run. Never throws.
 */
export async function unexpectedReleases(services: readonly ServiceConfig[]): Promise<string[]> {
  const said = new Map<string, SaidRelease[]>();
  const unread: string[] = [];
  await Promise.all(
    services.map(async (service) => {
      const { expected } = service.release;
      if (expected === undefined) return;
      try {
        const wanted = givenValue(expected, `services.${service.name}.release.expected`).trim();
        const answers = await saidOf(service);
        said.set(wanted, [...(said.get(wanted) ?? []), ...answers]);
      } catch (thrown) {
        unread.push(messageOf(thrown));
      }
    }),
  );
  const differences = [...said].flatMap(([wanted, answers]) => differenceFrom(wanted, answers) ?? []);
  return [...differences, ...unread].sort();
}

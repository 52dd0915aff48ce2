import { type Dependency, type Dependents, dependenciesOf } from './depends-on.ts';
import { subjectOfProbe } from './probe-subject.ts';
import { type ProbeConfig, probeId } from './probes.ts';
import type { ServiceConfig } from './service-list.ts';

/** What a configuration says of services and checks. */
type Said = Pick<Dependents, 'dependsOn'> & {
  services: readonly ServiceConfig[];
  probes: readonly ProbeConfig[];
};

/** What depends on something by a configuration, whichever key says it. */
export const dependentsIn = ({ services, probes, dependsOn }: Said): Dependents => ({
  services,
  probes: probes.map((probe) => ({
    id: probeId(probe),
    service: subjectOfProbe(probe, services).service,
    dependsOn: probe.dependsOn,
  })),
  dependsOn,
});

/** Every dependency that a configuration declares. */
export const dependenciesIn = (config: Said): Dependency[] => dependenciesOf(dependentsIn(config));

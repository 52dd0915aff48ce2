import {
  type CheckDefinition,
  type Priority,
  type ProbeConfig,
  probeId,
  type ServiceConfig,
  type Severity,
  subjectOfProbe,
} from '../../core/index.ts';

const measuredBy: Record<ProbeConfig['type'], string> = {
  http: 'answers that are not as expected, and latency',
  tcp: 'whether the port takes a connection, and how soon',
  tls: 'whether the certificate is trusted, and the time that is left of it',
  dns: 'whether the name resolves as expected',
  prometheus: 'the value or the number of series of a query',
  sql: 'the first value or the number of rows of a query',
  command: 'exit code and output of a command',
};

const nextStep: Record<ProbeConfig['type'], string> = {
  http: 'send the same request with curl -i and read the answer',
  tcp: 'is the service running, and does a firewall stand before it?',
  tls: 'renew the certificate, or give the authority that signed it with ca',
  dns: 'ask the resolver with dig, then look at the zone',
  prometheus: 'run the query in Prometheus and look at the series behind it',
  sql: 'run the query with psql and look at the rows behind it',
  command: 'run the command by hand as the user that runs Vigil',
};

/** The next steps of probes whose configuration says none. */
export const usualNext: ReadonlySet<string> = new Set(Object.values(nextStep));

const priorities: Record<Severity, Priority> = { critical: 'P1', warning: 'P2', info: 'P4' };

/** The catalogue that a list of probes is: what each is called, how grave its failure is, and what to do then. */
export function catalogueOfProbes(
  probes: readonly ProbeConfig[],
  services: readonly ServiceConfig[] = [],
): CheckDefinition[] {
  return probes.map((probe) => {
    const id = probeId(probe);
    return {
      id,
      group: probe.group,
      title: probe.name ?? `${probe.type} probe`,
      severity: probe.severity,
      priority: probe.priority ?? priorities[probe.severity],
      measures: measuredBy[probe.type],
      ...subjectOfProbe(probe, services),
      needs: [],
      next: probe.next ?? nextStep[probe.type],
      runbook: '',
    };
  });
}

import { Resolver } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import type { Measurement, ProbeOf } from '../../core/index.ts';
import { faultsMeasured, measured, orFault, type ProbeSurroundings } from './probe-result.ts';

/** A name or an address as it compares: without case, the final dot, and however an address is written. */
function comparable(text: string): string {
  const name = text.trim().toLowerCase().replace(/\.$/, '');
  return isIPv6(name) ? (URL.parse(`http://[${name}]`)?.hostname ?? name) : name;
}

function textOf(answer: unknown): string {
  if (Array.isArray(answer)) return answer.join('');
  if (answer !== null && typeof answer === 'object' && 'exchange' in answer) return String(answer.exchange);
  return String(answer);
}

/** Asks a resolver for a name's records: there must be some, and those that are named must be among them. */
export async function probeDns(probe: ProbeOf<'dns'>, around: ProbeSurroundings): Promise<Measurement[]> {
  const { host, record, includes, timeout } = probe;
  const resolver = new Resolver({ timeout, tries: 1 });
  if (probe.server !== undefined) resolver.setServers([probe.server]);
  const started = performance.now();
  const faults: string[] = [];
  const found = await orFault(faults, () => around.patiently(host, () => resolver.resolve(host, record)));
  const answers = found === undefined ? [] : [found].flat(1).map(textOf);
  // The text of a TXT record is no name: it compares as it is.
  const same = record === 'TXT' ? (text: string) => text : comparable;
  const known = new Set(answers.map(same));
  const missing = found ? includes.filter((wanted) => !known.has(same(wanted))) : [];
  if (found && answers.length === 0) faults.push('there is no record');
  faults.push(...missing.map((wanted) => `${wanted} is not among ${answers.join(', ')}`));
  return [
    faultsMeasured(`faults of the ${record} records of ${host}`, faults, answers.length),
    measured('time to resolve', (performance.now() - started) / 1000, 'seconds'),
  ];
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { instancesOf } from '../../clients/index.ts';
import { type ProbeOf, type ServiceConfig, VigilError } from '../../core/index.ts';
import type { ProbeSurroundings } from './probe-result.ts';

/** Where a probe connects. */
export interface Place {
  host: string;
  port: number;
  /** The name that its certificate must be for. */
  servername: string;
}

/** The service that a probe names. @throws CONFIG_INVALID where there is none of that name */
export function serviceNamed(name: string, { services = [] }: ProbeSurroundings): ServiceConfig {
  const found = services.find((one) => one.name === name);
  if (found) return found;
  throw new VigilError('CONFIG_INVALID', `there is no service ${name}`, {
    expected: services.map((one) => one.name).join(', ') || 'services in the configuration',
  });
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** The host that a probe names, or every instance of its service; by TLS only those that are asked by it. */
export async function placesOf(
  probe: ProbeOf<'tcp'> | ProbeOf<'tls'>,
  around: ProbeSurroundings,
): Promise<Place[]> {
  const { host, port, service: name, type } = probe;
  const given = type === 'tls' ? probe.servername : undefined;
  if (name === undefined) {
    const named = host ?? '';
    return [{ host: named, port: port ?? 443, servername: given ?? named }];
  }
  const service = serviceNamed(name, around);
  const behind = (await instancesOf(service, { timeoutMs: probe.timeout })).map(({ url }) => new URL(url));
  const own = new URL(service.url);
  const byTls = behind.filter(({ protocol }) => protocol === 'https:');
  const asked = type === 'tcp' ? behind : byTls.length > 0 ? byTls : [own];
  return asked.map((url) => {
    const usual = type === 'tls' || url.protocol === 'https:' ? 443 : 80;
    return {
      host: hostOf(url),
      port: port ?? (url.port === '' ? usual : Number(url.port)),
      servername: given ?? hostOf(own),
    };
  });
}

export const placeName = ({ host, port }: Place): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** What is connected to, as a person reads it: an address, or the service that has several. */
export const placesText = (
  { service }: { service?: string | undefined },
  places: readonly Place[],
): string => (places.length > 1 ? `${service}` : places.map(placeName).join(''));

/** Whom a TLS probe trusts besides Node's authorities, and who asks: its own files, or those of its service. */
export function tlsFilesOf(probe: ProbeOf<'tls'>, around: ProbeSurroundings) {
  const service = probe.service === undefined ? undefined : serviceNamed(probe.service, around);
  const { cert, key } = service?.auth?.certificate ?? {};
  const read = (file: string | undefined) =>
    file === undefined ? undefined : readFileSync(path.resolve(around.folder, file), 'utf8');
  return { ca: read(probe.ca ?? service?.ca), cert: read(cert), key: read(key) };
}

/** Asks each of these places; its own faults are told with its name where there are several. */
export async function askEach<T>(
  places: readonly Place[],
  ask: (place: Place, where: string, faults: string[]) => Promise<T>,
): Promise<{ answers: T[]; faults: string[] }> {
  const faults: string[] = [];
  const answers = await Promise.all(
    places.map(async (place) => {
      const where = placeName(place);
      const own: string[] = [];
      const answer = await ask(place, where, own);
      faults.push(...own.map((fault) => (places.length > 1 ? `${where}: ${fault}` : fault)));
      return answer;
    }),
  );
  return { answers, faults };
}

import type { ReleaseSource, ServiceInput } from './services.ts';

/** A service as the rest of Vigil reads it, whichever keys described it. */
export interface ServiceConfig {
  /** The label `service`. */
  name: string;
  /** The label `job` of its series. */
  job: string;
  /** Without a slash at its end; a base path is kept. */
  url: string;
  instances: readonly string[] | 'dns' | undefined;
  auth: ServiceInput['auth'];
  ca: string | undefined;
  health: string | undefined;
  /** What the body of that answer must say. */
  healthSuccess: ServiceInput['success'];
  /** Below each instance, or an address of its own; none where live traffic isn't read from the service. */
  metrics: { path: string; url?: undefined } | { url: string; path?: undefined } | undefined;
  /** For the metrics, where it is another than for the service. */
  metricsAuth: ServiceInput['auth'];
  sampleLimit: number | undefined;
  traffic: ServiceInput['traffic'];
  success: ServiceInput['success'];
  release: ReleaseSource;
  /** Services and checks by name. */
  dependsOn: ServiceInput['dependsOn'];
}

function metricsOf(metrics: ServiceInput['metrics']): Pick<ServiceConfig, 'metrics' | 'metricsAuth'> {
  if (metrics === undefined) return { metrics: undefined, metricsAuth: undefined };
  const { url, auth } = typeof metrics === 'string' ? { url: metrics, auth: undefined } : metrics;
  return { metrics: url.startsWith('/') ? { path: url } : { url }, metricsAuth: auth };
}

function healthOf(health: ServiceInput['health']): Pick<ServiceConfig, 'health' | 'healthSuccess'> {
  const { path, success } = typeof health === 'object' ? health : { path: health, success: undefined };
  return { health: path, healthSuccess: success };
}

function serviceOf(name: string, job: string, given: ServiceInput, release: ReleaseSource): ServiceConfig {
  const own = given.release;
  return {
    name,
    job,
    url: given.url,
    instances: given.instances,
    auth: given.auth,
    ca: given.ca,
    ...healthOf(given.health),
    ...metricsOf(given.metrics),
    sampleLimit: given.sampleLimit,
    traffic: given.traffic,
    success: given.success,
    release: {
      expected: own?.expected ?? release.expected,
      path: own?.path ?? release.path,
      json: own?.json ?? release.json,
    },
    dependsOn: given.dependsOn,
  };
}

const genesisNames = ['orchestration', 'planner'];

/** Whether a service is a part of the reference Genesis, which has a contract of its own. */
const isGenesis = (name: string, { traffic }: Pick<ServiceInput, 'traffic'>): boolean =>
  genesisNames.includes(name) &&
  (traffic === 'genesis' ||
    (typeof traffic === 'object' && 'preset' in traffic && traffic.preset === 'genesis'));

/** Whether the reference Genesis is watched: names, rules and charts of its own exist for it alone. */
export const watchesGenesis = ({ services }: { services: readonly ServiceConfig[] }): boolean =>
  services.some((service) => isGenesis(service.name, service));

/** The services that keep Genesis's contract, among those that are given. */
export function genesisOf(services: Record<string, ServiceInput> | undefined) {
  const [orchestration, planner] = genesisNames.map((name) => {
    const given = services?.[name];
    return given && isGenesis(name, given) ? given.url : undefined;
  });
  return { orchestration, planner };
}

/** The two services of the preset `genesis`, of which the planner may be missing. */
export function genesisServices(
  {
    orchestration,
    planner,
    sampleLimit,
  }: { orchestration: string; planner?: string | undefined; sampleLimit?: number | undefined },
  release: ReleaseSource,
): ServiceConfig[] {
  const preset = { metrics: '/metrics', traffic: 'genesis' as const, sampleLimit };
  return [
    serviceOf('orchestration', 'genesis-orchestration', { ...preset, url: orchestration }, release),
    ...(planner === undefined
      ? []
      : [serviceOf('planner', 'genesis-planner', { ...preset, url: planner }, release)]),
  ];
}

/** The services that a table describes, in its order; a part of Genesis has its metrics at /metrics unless they are elsewhere. */
export function namedServices(
  services: Record<string, ServiceInput>,
  release: ReleaseSource,
): ServiceConfig[] {
  return Object.entries(services).map(([name, given]) => {
    if (!isGenesis(name, given)) return serviceOf(name, name, given, release);
    return serviceOf(name, `genesis-${name}`, { ...given, metrics: given.metrics ?? '/metrics' }, release);
  });
}

/** The only service of a target that is given by its address. */
export function onlyService(
  name: string,
  { url, metrics, sampleLimit }: Pick<ServiceInput, 'url' | 'sampleLimit'> & { metrics?: string | undefined },
  release: ReleaseSource,
): ServiceConfig {
  return serviceOf(name, name, { url, metrics, sampleLimit }, release);
}

/** The services of a target that runs: the embedded Genesis has its addresses only then. */
export function servicesAt(
  { services, release }: { services: readonly ServiceConfig[]; release: ReleaseSource },
  target: { orchestration: string; planner?: string | undefined; url?: string | undefined },
): readonly ServiceConfig[] {
  const isKnown = services.some(({ url }) => url === target.orchestration);
  if (isKnown || target.url !== undefined || target.orchestration === '') return services;
  return genesisServices(target, release);
}

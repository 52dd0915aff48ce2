import { z } from 'zod';
import { shardOf } from '../catalogue/shard.ts';
import { messageOf } from '../errors.ts';
import { keysOf } from '../keys-of.ts';
import { slugOf } from '../text/slug.ts';
import { operators } from '../thresholds/bound.ts';
import { parseLimit } from '../thresholds/limit-text.ts';
import { thresholds } from '../thresholds/thresholds.ts';
import { cycleIntervalSeconds } from '../thresholds/watch-limits.ts';
import { accessKeys } from './auth.ts';
import { dependentsIn } from './dependents.ts';
import { dependencyFaults, dependsOnByName } from './depends-on.ts';
import { dayMs, duration, durationUpTo } from './duration.ts';
import { ledgerSchema } from './ledger.ts';
import { maintenanceSchema } from './maintenance.ts';
import { monitoringSchema } from './monitoring.ts';
import { networkSchema } from './network.ts';
import { notificationsSchema } from './notifications.ts';
import { anyHttpUrl, complain, httpUrlSchema, limitSchema, shortName } from './parts.ts';
import { type ProbeConfig, probesSchema } from './probes.ts';
import { quarantineSchema, until } from './quarantine.ts';
import { rollbackSchema } from './rollback.ts';
import { rolloutSchema, serverSchema } from './rollout.ts';
import {
  genesisOf,
  genesisServices,
  namedServices,
  onlyService,
  type ServiceConfig,
  watchesGenesis,
} from './service-list.ts';
import { releaseSchema, servicesSchema } from './services.ts';
import { storeSchema } from './store.ts';

const command = z.array(z.string().min(1)).min(1, 'expected a command as a list: ["npm", "run", "smoke"]');

/** Whether it is known where a command writes its report. */
const reportsSomewhere = (run: { command?: string[] | undefined; junit?: string | undefined }): boolean =>
  !run.command || run.junit !== undefined || run.command.some((part) => part.includes('{junit}'));

const reportsNowhere =
  'expected the path of the report that the command writes ("-" for stdout), or {junit} in the command';

const bound = z.strictObject({
  operator: z.enum(operators).optional(),
  value: z.number(),
  forSeconds: z.number().nonnegative().optional(),
});

/** A limit as an object, or in the words that probes take: `'< 300 ms'`, `'>= 99.5 %'`. */
const limit = z.union(
  [
    bound,
    limitSchema.transform((text) => {
      const said = parseLimit(text);
      // What is no limit was refused before.
      return said ? { ...said.bound, unit: said.unit } : z.NEVER;
    }),
  ],
  { error: 'expected a limit such as "< 300 ms" or ">= 99.5 %", or { value, operator, forSeconds }' },
);

const signalOverride = z.strictObject({
  slo: limit.optional(),
  warning: limit.optional(),
  critical: limit.optional(),
  rollback: limit.optional(),
});

const thresholdsSchema = z.partialRecord(z.enum(keysOf(thresholds)), signalOverride);

const traces = z.union(
  [
    z.strictObject({ receiver: httpUrlSchema }),
    z.strictObject({ jaeger: httpUrlSchema }),
    z.strictObject({ tempo: httpUrlSchema }),
  ],
  { error: 'expected { receiver: URL }, { jaeger: URL } or { tempo: URL }' },
);

const target = z.strictObject({
  /** The orchestrator of a deployment that keeps the target contract. */
  orchestration: httpUrlSchema.optional(),
  /** Any other service; its own suite or probes say what must hold. */
  url: httpUrlSchema.optional(),
  /** Path of its metrics, when there are any to judge live traffic by. */
  metrics: z.string().startsWith('/').optional(),
  /** How many series a scrape of it may have; one with more is refused as a whole. */
  sampleLimit: z.int().positive().optional(),
  planner: httpUrlSchema.optional(),
  traces: traces.optional(),
  logs: z.array(z.string().min(1)).min(1).optional(),
  release: z.strictObject({ manifest: z.string().min(1) }).optional(),
  flags: z
    .strictObject({ key: z.string().min(1), percentage: z.number().min(0).max(100).optional() })
    .optional(),
  breaker: z.boolean().optional(),
  smoke: z
    .strictObject({
      command,
      junit: z.string().min(1).optional(),
      cwd: z.string().optional(),
      env: z.record(z.string(), z.string()).optional(),
      timeout: duration.default(30_000),
    })
    .optional(),
  host: z.strictObject({ nodeExporter: httpUrlSchema.optional(), disk: z.string().optional() }).optional(),
  prometheus: z
    .strictObject({ url: httpUrlSchema, jobs: z.array(z.string().min(1)).min(1), ...accessKeys })
    .optional(),
  grafana: z.strictObject({ url: httpUrlSchema, dashboard: z.string().optional(), ...accessKeys }).optional(),
  alertmanager: z.strictObject({ url: httpUrlSchema, ...accessKeys }).optional(),
  containers: z
    .strictObject({
      socket: z.string().default('/var/run/docker.sock'),
      names: z.array(z.string().min(1)).min(1),
    })
    .optional(),
});

const suite = z.strictObject({
  /** Any command that writes JUnit; without it the suite is Vitest. */
  command: command.optional(),
  /** Where that command writes its report; `{junit}` in the command is replaced by a fresh path. */
  junit: z.string().min(1).optional(),
  /** Folder that holds the Vitest configuration of the suite. */
  root: z.string().min(1).optional(),
  /** More arguments for Vitest. */
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  /** The part of the checks that runs here, `1/3`; the rest is run by other probes. */
  shard: z.string().optional(),
  /** File that lists the checks that must be there; `vigil checks --write` makes it. */
  catalogue: z.string().min(1).optional(),
  /** Whether a check that an earlier cycle had must be there again. */
  remember: z.boolean().default(true),
  /** Skips that are meant: by what the check is called or what its runner gives as the reason; `*` stands for anything. */
  skips: z
    .array(
      z.strictObject({
        match: z.string().min(1),
        reason: z.string().min(1, 'expected why the check need not run'),
        until: until.optional(),
      }),
    )
    .default([]),
  /** The loop starts the process of the next cycle ahead; it waits for its slot. */
  standby: z.boolean().default(false),
});

interface Watched {
  target?: z.output<typeof target> | undefined;
  services?: z.output<typeof servicesSchema> | undefined;
  suite: z.output<typeof suite>;
  probes: readonly unknown[];
  quarantine: readonly { check: string }[];
}

/** Whether the suite is the 36 checks, or one of the user's own. */
const isForeign = ({ suite }: Pick<Watched, 'suite'>) =>
  suite.command !== undefined || suite.root !== undefined;

/** Whether only a part of the suite runs here, well or badly said. */
const isSharded = ({ shard, args }: Watched['suite']): boolean =>
  shard !== undefined || args.some((part) => part.startsWith('--shard'));

/** A trigger and the check of the suite itself are never flaky: they are the reason to doubt the rest. */
const neverQuarantined = ['H05', 'R01', 'R02', 'R03'];

/** Contradictions between what is watched and by which checks. */
function targetFaults(config: Watched): (readonly [path: PropertyKey[], message: string])[] {
  const { target, services, probes, quarantine } = config;
  const foreign = isForeign(config);
  const faults: (readonly [PropertyKey[], string])[] = [];
  const say = (path: PropertyKey[], message: string) => faults.push([path, message]);
  const short = (['orchestration', 'planner', 'url', 'metrics'] as const).find(
    (key) => target?.[key] !== undefined,
  );
  if (services && short) {
    say(['target', short], 'expected services or this short form of them, not both');
  } else if (target && !services && (target.orchestration === undefined) === (target.url === undefined)) {
    say(
      ['target', 'orchestration'],
      'expected the URL of an orchestrator, or target.url for any other service',
    );
  }
  if (services && genesisOf(services).orchestration === undefined && !foreign && probes.length === 0) {
    say(
      ['services'],
      "expected suite or probes with it: the 36 checks need a service orchestration with traffic: 'genesis'",
    );
  }
  if (target?.url !== undefined && !foreign && probes.length === 0) {
    say(['target', 'url'], 'expected suite or probes with it: the 36 checks need target.orchestration');
  }
  if (target?.orchestration !== undefined && target.metrics !== undefined) {
    say(['target', 'metrics'], 'expected target.url with it; an orchestrator has its metrics at /metrics');
  }
  const ofCommand = config.suite.command?.some((part) => /^--shard(?:=|$)/.test(part));
  if (ofCommand) say(['suite', 'command'], 'expected suite.shard instead of --shard in the command');
  if (foreign && config.suite.catalogue === undefined && (ofCommand || isSharded(config.suite))) {
    say(
      ['suite', 'catalogue'],
      'expected a catalogue: without one a lost check of a shard goes unnoticed; vigil checks --write creates it',
    );
  }
  if (config.suite.catalogue !== undefined && !foreign) {
    say(['suite', 'catalogue'], 'expected suite.root or suite.command with it; the 36 checks have theirs');
  }
  quarantine.forEach(({ check }, index) => {
    if (!foreign && neverQuarantined.includes(check))
      say(['quarantine', index, 'check'], 'expected a check that may be flaky; this one guards the others');
  });
  return faults;
}

type Fault = readonly [path: PropertyKey[], message: string, input?: unknown];

/** Probes of services that there aren't. */
function probeFaults(config: { services?: object | undefined; probes: readonly ProbeConfig[] }): Fault[] {
  const names = Object.keys(config.services ?? {});
  const known = names.length > 0 ? `one of the services ${names.join(', ')}` : 'services beside it';
  return config.probes.flatMap((probe, index): Fault[] => {
    const { service } = probe;
    if (service === undefined) return [];
    const url = probe.type === 'http' ? probe.url : undefined;
    if (url !== undefined && !url.startsWith('/'))
      return [[['probes', index, 'url'], 'expected a path of the service', url]];
    return names.includes(service) ? [] : [[['probes', index, 'service'], `expected ${known}`, service]];
  });
}

/** Limits in another unit than that of their signal. */
function limitFaults(levels: z.output<typeof thresholdsSchema>): Fault[] {
  return Object.entries(levels).flatMap(([signal, row]) =>
    Object.entries(row ?? {}).flatMap(([level, limit]): Fault[] => {
      const { unit } = thresholds[signal as keyof typeof thresholds];
      if (!limit || !('unit' in limit) || limit.unit === undefined || limit.unit === unit) return [];
      const example = {
        seconds: '"< 300 ms"',
        ratio: '">= 99.5 %"',
        bytes: '"< 2 GiB"',
        perSecond: '"> 10 /s"',
        count: '"<= 3"',
      };
      return [
        [
          ['thresholds', signal, level],
          `expected a limit of its unit, such as ${example[unit as keyof typeof example] ?? `one in ${unit}`}`,
        ],
      ];
    }),
  );
}

/** Everything that `vigil.config.ts` may say; durations come out in milliseconds. */
export const configSchema = z
  .strictObject({
    /** What the deployment is called; its services or its address without it. */
    name: z.string().min(1).max(80).optional(),
    /** `genesis` for Genesis, `vigil` for others. */
    metricsPrefix: z
      .string()
      .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'expected a metric name prefix: letters, digits and _')
      .optional(),
    /** Which of several watches on one target this is: a label of everything that it exposes and tells. */
    probe: shortName.optional(),
    target: target.optional(),
    /** Any number of services; `target.url` and `target.orchestration` are the short forms. */
    services: servicesSchema.optional(),
    release: releaseSchema.prefault({}),
    suite: suite.prefault({}),
    probes: probesSchema.default([]),
    network: networkSchema.prefault({}),
    /** Addresses elsewhere: when none of them answers, it is the watch that is cut off. */
    witness: z
      .array(anyHttpUrl)
      .min(2, 'expected two addresses or more: one that is down proves nothing')
      .max(5)
      .optional(),
    quarantine: quarantineSchema.default([]),
    /** What the suite's checks depend on, by their ids; services and probes say it themselves. */
    dependsOn: dependsOnByName.default({}),
    /** How often the loop looks again after a first failure, until it is confirmed or gone. */
    fastInterval: duration.default(30_000),
    /** How often the loop scrapes and evaluates its rules between cycles. */
    sampleInterval: duration.default(15_000),
    /** How often a known failure travels the whole alert path, to prove it open. */
    sentinelInterval: duration.default(3_600_000),
    /** How long the loop's history keeps cycles, alerts and journals. */
    retention: durationUpTo(3650 * dayMs).default(60 * dayMs),
    /** Where traffic by queries and the gate with `--source prometheus` ask. */
    store: storeSchema.optional(),
    /** What several Vigils of this deployment decide together; each decides alone without it. */
    ledger: ledgerSchema.optional(),
    notifications: notificationsSchema.prefault({}),
    monitoring: monitoringSchema.prefault({}),
    rollout: rolloutSchema.prefault({}),
    server: serverSchema.prefault({}),
    rollback: rollbackSchema.optional(),
    /** Planned works in which matching alerts are told to nobody. */
    maintenance: maintenanceSchema.default([]),
    interval: duration.default(cycleIntervalSeconds * 1000),
    timeout: duration.default(120_000),
    liveWindow: duration.default(300_000),
    reports: z.string().min(1).default('reports'),
    thresholds: thresholdsSchema.default({}),
  })
  .superRefine((config, context) => {
    for (const [path, message] of targetFaults(config)) complain(context, path, message);
    for (const [path, message, input] of [...probeFaults(config), ...limitFaults(config.thresholds)])
      complain(context, path, message, input);
    const dependents = dependentsIn({ ...config, services: servicesOf(config) });
    const checks = suiteKind(config) === 'probes' ? [] : undefined;
    for (const [path, message, input] of dependencyFaults(dependents, checks))
      complain(context, path, message, input);
    if (config.timeout >= config.interval) {
      const message = `expected less than the interval (${config.interval} ms), so that two cycles never meet`;
      complain(context, ['timeout'], message, config.timeout);
    }
    try {
      shardOf(config.suite);
    } catch (thrown) {
      const key = config.suite.shard === undefined ? 'args' : 'shard';
      complain(context, ['suite', key], messageOf(thrown), config.suite[key]);
    }
    if (!reportsSomewhere(config.suite)) complain(context, ['suite', 'junit'], reportsNowhere);
    if (!reportsSomewhere(config.target?.smoke ?? {}))
      complain(context, ['target', 'smoke', 'junit'], reportsNowhere);
  });

/** What a person writes. */
export type VigilConfigInput = z.input<typeof configSchema>;
type Parsed = z.output<typeof configSchema>;
/** A target as the rest of Vigil reads it: whichever key named it, its address is `orchestration`. */
export type TargetConfig = Omit<NonNullable<Parsed['target']>, 'orchestration' | 'grafana'> & {
  orchestration: string;
  grafana?: (NonNullable<NonNullable<Parsed['target']>['grafana']> & { dashboard: string }) | undefined;
};

/** What the rest of Vigil reads: validated, with defaults, durations in milliseconds. */
export type VigilConfig = Omit<Parsed, 'target' | 'services' | 'name' | 'metricsPrefix'> & {
  name: string;
  metricsPrefix: string;
  target?: TargetConfig | undefined;
  /** Every service that is watched; the embedded Genesis has its addresses only while it runs. */
  services: readonly ServiceConfig[];
  /** Folder of the file it came from. */
  folder?: string | undefined;
};

/** The services of a table or of one of its short forms; those of the embedded Genesis where nothing is said. */
function servicesOf({ name = '', target, services, release, ...config }: Parsed): ServiceConfig[] {
  if (services) return namedServices(services, release);
  const { orchestration, url } = target ?? {};
  if (target && orchestration !== undefined) return genesisServices({ ...target, orchestration }, release);
  if (target && url !== undefined) {
    return [onlyService(slugOf(name) || 'service', { ...target, url }, release)];
  }
  return suiteKind(config) === 'own' ? genesisServices({ orchestration: '', planner: '' }, release) : [];
}

/** The target's address under one name; where services are given, the first of them stands for it. */
function addressOf({ target, services }: Parsed): Pick<TargetConfig, 'orchestration'> | undefined {
  const genesis = genesisOf(services);
  const first = Object.values(services ?? {})[0]?.url;
  if (genesis.orchestration !== undefined) return { ...genesis, orchestration: genesis.orchestration };
  if (first !== undefined) return { orchestration: first, url: first } as Pick<TargetConfig, 'orchestration'>;
  const address = target?.orchestration ?? target?.url;
  return address === undefined ? undefined : { orchestration: address };
}

/** Only the reference deployment is called Genesis by itself; another is called after its services or its address. */
function nameOf({ services, ...parsed }: Parsed, address: string | undefined): string {
  const kind = suiteKind(parsed);
  const isReference = kind === 'own' && !services;
  const names = Object.keys(services ?? {}).join(', ');
  const host = address === undefined ? undefined : URL.parse(address)?.host;
  if (isReference || genesisOf(services).orchestration !== undefined)
    return host && kind !== 'own' ? host : 'Genesis';
  return (names || host || (kind === 'probes' ? 'probes' : 'suite')).slice(0, 80);
}

/** The configuration with its services as a list, the target's address under one name, and what follows from both. */
export function normalised(parsed: Parsed): VigilConfig {
  // Who gives the prefix of their families says that they are named as Genesis names its own.
  const byPrefix = parsed.metricsPrefix === undefined ? undefined : 'genesis';
  const services = servicesOf(parsed).map((service) => ({
    ...service,
    traffic: service.traffic ?? (service.metrics && byPrefix),
  }));
  const address = addressOf(parsed);
  const own = watchesGenesis({ services }) ? 'genesis' : 'vigil';
  const grafana = parsed.target?.grafana;
  return {
    ...parsed,
    services,
    name: parsed.name ?? nameOf(parsed, address?.orchestration),
    metricsPrefix: parsed.metricsPrefix ?? own,
    target: address && {
      ...parsed.target,
      ...address,
      grafana: grafana && { ...grafana, dashboard: grafana.dashboard ?? `${own}-48h` },
    },
  };
}

/** What runs: the 36 checks, a suite of the user's own, or nothing but probes. */
export function suiteKind(
  config: Pick<VigilConfig, 'suite' | 'probes'> & { target?: { url?: string | undefined } | undefined },
): 'own' | 'foreign' | 'probes' {
  if (isForeign(config)) return 'foreign';
  const isGenesis = config.target ? config.target.url === undefined : config.probes.length === 0;
  return isGenesis ? 'own' : 'probes';
}
export type SmokeConfig = NonNullable<TargetConfig['smoke']>;

/** By which names the loop may be asked: those declared, and those under which Prometheus scrapes it. */
export const hostsOf = ({ server, monitoring }: Pick<VigilConfig, 'server' | 'monitoring'>): string[] => [
  ...server.hosts,
  ...monitoring.probes.map(({ url }) => new URL(url).hostname),
];

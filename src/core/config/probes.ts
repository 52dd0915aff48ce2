import { z } from 'zod';
import { dependsOnSchema } from './depends-on.ts';
import { durationUpTo } from './duration.ts';
import {
  distinct,
  httpUrlSchema,
  limitIn,
  limitSchema,
  postgresAddress,
  secretReference,
  valuesByPath,
} from './parts.ts';

const timeout = durationUpTo(60_000).default(5000);
const port = z.int().min(1).max(65_535);
const host = z.string().regex(/^[\w.:-]+$/, 'expected the name or address of a host');

const common = {
  /** The check's id; made of type and subject when it isn't given. */
  id: z
    .string()
    .regex(/^[\w.:/-]{1,80}$/, 'expected at most 80 letters, digits, ".", "_", ":", "/" or "-"')
    .optional(),
  /** What the check is called. */
  name: z.string().min(1).max(120).optional(),
  group: z.string().min(1).max(40).default('probes'),
  severity: z.enum(['critical', 'warning', 'info']).default('critical'),
  priority: z.enum(['P0', 'P1', 'P2', 'P3', 'P4']).optional(),
  next: z.string().min(1).optional(),
  timeout,
  /** The service of which it tells, and which it asks where it names no address of its own. */
  service: z.string().min(1).optional(),
  /** Services and checks whose failure explains this one's. */
  dependsOn: dependsOnSchema.optional(),
};

const addressText = 'expected an http:// or https:// URL, or a path of a service such as "/health"';

const header = z.union([z.string(), secretReference]);

const httpKeys = z.strictObject({
  type: z.literal('http'),
  ...common,
  /** An address, or a path of a service. */
  url: z
    .union([httpUrlSchema, z.string().startsWith('/', { error: addressText })], { error: addressText })
    .optional(),
  /** A path of a service, beside which no `url` stands. */
  path: z.string().startsWith('/', { error: 'expected a path of a service such as "/health"' }).optional(),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']).optional(),
  headers: z.record(z.string(), header).default({}),
  body: z.string().optional(),
  status: z.union([z.int(), z.array(z.int()).min(1)]).default(200),
  /** Answer headers by name: exactly this text. */
  header: z.record(z.string(), z.string()).default({}),
  contains: z.string().min(1).optional(),
  /** Values by path, `checks.db[0].status`: a value, or a limit such as "< 100". */
  json: valuesByPath.default({}),
  /** Requests sent one after the other; percentiles rest on them. */
  samples: z.int().min(1).max(500).default(1),
  latency: limitIn('seconds', '< 300 ms').optional(),
  p50: limitIn('seconds', '< 300 ms').optional(),
  p95: limitIn('seconds', '< 300 ms').optional(),
  p99: limitIn('seconds', '< 300 ms').optional(),
});

const http = httpKeys.refine(({ url, path }) => (url === undefined) !== (path === undefined), {
  error: 'expected url or path, one of them',
});

/** Who takes connections: a host, or every instance of the service, with its authority. */
const place = {
  host: host.optional(),
  port: port.optional(),
};
const isPlace = ({ host, service }: { host?: string | undefined; service?: string | undefined }) =>
  (host === undefined) !== (service === undefined);
const placeText = 'expected host or service, one of them';

const tcpKeys = z.strictObject({
  type: z.literal('tcp'),
  ...common,
  ...place,
  /** Limit for the connection. */
  connect: limitIn('seconds', '< 100 ms').optional(),
  /** Text that the server sends first. */
  banner: z.string().min(1).optional(),
});

const tcp = tcpKeys
  .refine(isPlace, placeText)
  .refine(({ host, port }) => host === undefined || port !== undefined, 'expected port beside host');

const tlsKeys = z.strictObject({
  type: z.literal('tls'),
  ...common,
  ...place,
  /** The name that the certificate must be for; the host when it isn't given. */
  servername: host.optional(),
  /** File of an authority that is trusted besides Node's own. */
  ca: z.string().min(1).optional(),
  /** What must be left of the certificate's time. */
  expires: limitIn('seconds', '> 14 d').default('> 14 d'),
});

const tls = tlsKeys.refine(isPlace, placeText);

const dns = z.strictObject({
  type: z.literal('dns'),
  ...common,
  host,
  record: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT']).default('A'),
  /** Answers that must be among those that come. */
  includes: z.array(z.string().min(1)).default([]),
  /** Resolver to ask, with its port; the system's when it isn't given. */
  server: z.string().min(1).optional(),
});

/** What is asked, and what every value that answers must meet. */
const asked = {
  query: z.string().min(1),
  must: limitSchema.optional(),
};

const prometheus = z
  .strictObject({
    type: z.literal('prometheus'),
    ...common,
    url: httpUrlSchema,
    // No series at all is unknown.
    ...asked,
    /** What the number of series must meet. */
    series: limitSchema.optional(),
  })
  .refine(({ must, series }) => must !== undefined || series !== undefined, 'expected must, series or both');

const sql = z
  .strictObject({
    type: z.literal('sql'),
    ...common,
    url: postgresAddress,
    // The value is the first column of the first row.
    ...asked,
    /** What the number of rows must meet. */
    rows: limitSchema.optional(),
  })
  .refine(({ must, rows }) => must !== undefined || rows !== undefined, 'expected must, rows or both');

const command = z.strictObject({
  type: z.literal('command'),
  ...common,
  command: z.array(z.string().min(1)).min(1, 'expected a command as a list: ["df", "-h"]'),
  cwd: z.string().min(1).optional(),
  exit: z.int().min(0).max(255).default(0),
  contains: z.string().min(1).optional(),
  /** What the number that the command prints must meet. */
  must: limitSchema.optional(),
});

/** A question to a service that needs no code. */
export const probeSchema = z.discriminatedUnion('type', [http, tcp, tls, dns, prometheus, sql, command], {
  error: 'expected one of the types http, tcp, tls, dns, prometheus, sql and command',
});

/** The list of probes; each has an id of its own. */
export const probesSchema = z
  .array(probeSchema)
  .max(200)
  .superRefine(
    distinct('id', probeId, (id) => `expected an id of its own; "${id}" is taken, give one with id`),
  );

export type ProbeInput = z.input<typeof probeSchema>;
/** Validated, with defaults, durations in milliseconds, limits still as text. */
export type ProbeConfig = z.output<typeof probeSchema>;
export type ProbeOf<Type extends ProbeConfig['type']> = Extract<ProbeConfig, { type: Type }>;

/** The address or the path that an HTTP probe asks. */
export const addressOfProbe = ({ url, path }: ProbeOf<'http'>): string => url ?? path ?? '/';

function subjectOf(probe: ProbeConfig): string {
  switch (probe.type) {
    case 'http':
      return `${probe.service ?? ''}${
        addressOfProbe(probe)
          .replace(/^https?:\/\/([^@/]*@)?/, '')
          .split('?', 1)[0]
      }`;
    case 'tcp':
      return probe.service ?? `${probe.host}:${probe.port}`;
    case 'tls':
      return probe.service ?? `${probe.host}:${probe.port ?? 443}`;
    case 'dns':
      return `${probe.host}/${probe.record}`;
    case 'prometheus':
    case 'sql':
      return probe.query;
    case 'command':
      return probe.command.join('-');
  }
}

/** The id under which a probe is judged: its own, or one that tells its type and subject. */
export function probeId(probe: ProbeConfig): string {
  if (probe.id !== undefined) return probe.id;
  const subject = (probe.name ?? subjectOf(probe)).replace(/[^\w.:/-]+/g, '-').replace(/^-+|-+$/g, '');
  return `${probe.type}:${subject.slice(0, 60)}`;
}

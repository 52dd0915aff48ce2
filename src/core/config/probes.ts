import { z } from 'zod';
import { durationUpTo } from './duration.ts';
import { eachOnce, httpUrlSchema, limitIn, limitSchema, secretReference } from './parts.ts';

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
};

const addressText = 'expected an http:// or https:// URL, or a path of a service such as "/health"';

const header = z.union([z.string(), secretReference]);
const literal = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const http = z.strictObject({
  type: z.literal('http'),
  ...common,
  /** Whose path it is, and who then asks; the first service unless it is named. */
  service: z.string().min(1).optional(),
  /** An address, or a path of a service. */
  url: z.union([httpUrlSchema, z.string().startsWith('/', { error: addressText })], { error: addressText }),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']).optional(),
  headers: z.record(z.string(), header).default({}),
  body: z.string().optional(),
  status: z.union([z.int(), z.array(z.int()).min(1)]).default(200),
  /** Answer headers by name: exactly this text. */
  header: z.record(z.string(), z.string()).default({}),
  contains: z.string().min(1).optional(),
  /** Values by path, `checks.db[0].status`: a value, or a limit such as "< 100". */
  json: z.record(z.string(), literal).default({}),
  /** Requests sent one after the other; percentiles rest on them. */
  samples: z.int().min(1).max(500).default(1),
  latency: limitIn('seconds', '< 300 ms').optional(),
  p50: limitIn('seconds', '< 300 ms').optional(),
  p95: limitIn('seconds', '< 300 ms').optional(),
  p99: limitIn('seconds', '< 300 ms').optional(),
});

const tcp = z.strictObject({
  type: z.literal('tcp'),
  ...common,
  host,
  port,
  /** Limit for the connection. */
  connect: limitIn('seconds', '< 100 ms').optional(),
  /** Text that the server sends first. */
  banner: z.string().min(1).optional(),
});

const tls = z.strictObject({
  type: z.literal('tls'),
  ...common,
  host,
  port: port.default(443),
  /** The name that the certificate must be for; the host when it isn't given. */
  servername: host.optional(),
  /** File of an authority that is trusted besides Node's own. */
  ca: z.string().min(1).optional(),
  /** What must be left of the certificate's time. */
  expires: limitIn('seconds', '> 14 d').default('> 14 d'),
});

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

const prometheus = z
  .strictObject({
    type: z.literal('prometheus'),
    ...common,
    url: httpUrlSchema,
    query: z.string().min(1),
    /** What every value of the answer must meet; no series at all is unknown. */
    must: limitSchema.optional(),
    /** What the number of series must meet. */
    series: limitSchema.optional(),
  })
  .refine(({ must, series }) => must !== undefined || series !== undefined, 'expected must, series or both');

const sql = z
  .strictObject({
    type: z.literal('sql'),
    ...common,
    /** Address of a PostgreSQL; with a password in it only by reference. */
    url: z.string().regex(/^(env:[A-Za-z_]\w*|file:.+|postgres(ql)?:\/\/[^:@/]*(@|$|[^@]*$))/, {
      error:
        'expected env:NAME or file:/path with the address, or postgres://user@host/name without a password',
    }),
    query: z.string().min(1),
    /** What the first column of the first row must meet. */
    must: limitSchema.optional(),
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
  .superRefine((probes, context) =>
    eachOnce(
      context,
      probes.map(probeId),
      (index) => [index, 'id'],
      (id) => `expected an id of its own; "${id}" is taken, give one with id`,
    ),
  );

export type ProbeInput = z.input<typeof probeSchema>;
/** Validated, with defaults, durations in milliseconds, limits still as text. */
export type ProbeConfig = z.output<typeof probeSchema>;
export type ProbeOf<Type extends ProbeConfig['type']> = Extract<ProbeConfig, { type: Type }>;

function subjectOf(probe: ProbeConfig): string {
  switch (probe.type) {
    case 'http':
      return `${probe.service ?? ''}${probe.url.replace(/^https?:\/\/([^@/]*@)?/, '').split('?', 1)[0]}`;
    case 'tcp':
    case 'tls':
      return `${probe.host}:${probe.port}`;
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

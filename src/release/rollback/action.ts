import { z } from 'zod';
import { proofShape } from './proof.ts';

const text = z.string();
const milliseconds = z.number().nonnegative();
const command = z.array(text);
const urls = z.array(text);
/** Where the metrics are, of those that have any; at `/metrics` of each address without it. */
const metricsUrls = z.array(text).exactOptional();

/** Addresses that users come by and that are none of the instances behind them; up with a status below that one. */
const addresses = z.array(z.object({ url: text, below: z.number() })).exactOptional();

/** A check of a restored database: a query that answers one number, and the least it may be. */
const databaseCheck = z.object({ sql: text, atLeast: z.number() });
const checks = z.array(databaseCheck);

const postgresPlace = z.object({
  host: text,
  port: z.number(),
  user: text,
  /** Reference to the password, never the password. */
  password: text.exactOptional(),
  maintenance: text,
});

/** The suites that prove it: health and smoke verify the service, slo validates it, whole where the suite is not ours. */
const suiteName = z.enum(['health', 'smoke', 'slo', 'whole']);

const ownSuite = z.object({ command, junit: text.exactOptional(), cwd: text });

const kind = <Kind extends string, Shape extends z.ZodRawShape>(name: Kind, shape: Shape) =>
  z.object({ kind: z.literal(name), ...shape });

/** What a step does, as data: it is printed, stored and carried out, and nothing else is. */
export const actionShape = z.discriminatedUnion('kind', [
  kind('announce', {}),
  kind('command', { command, cwd: text, timeoutMs: milliseconds }),
  kind('check-flag', { file: text, key: text, variant: text }),
  kind('set-flag', { file: text, key: text, variant: text, before: z.unknown().optional() }),
  kind('read-before', { proof: proofShape }),
  kind('prove', { proof: proofShape, timeoutMs: milliseconds }),
  kind('read-active', { urls, metricsUrls, metric: text }),
  kind('await-drained', {
    urls,
    metricsUrls,
    metric: text,
    atMost: z.number(),
    timeoutMs: milliseconds,
    ifBusy: z.enum(['continue', 'fail']),
  }),
  kind('check-git', { folder: text, from: text, to: text, localChanges: z.enum(['refuse', 'stash']) }),
  kind('git-checkout', {
    folder: text,
    from: text,
    branch: text.exactOptional(),
    to: text,
    stash: text.exactOptional(),
  }),
  kind('check-archive', { archive: text, sha256: text, folder: text, strip: z.number() }),
  kind('extract', { archive: text, sha256: text, staged: text, strip: z.number() }),
  kind('swap-folder', { live: text, staged: text, kept: text }),
  kind('check-dump', { dump: text, sha256: text }),
  kind('sqlite-restore', { dump: text, sha256: text, staged: text, checks, timeoutMs: milliseconds }),
  kind('sqlite-swap', { live: text, staged: text, kept: text }),
  kind('postgres-restore', {
    place: postgresPlace,
    dump: text,
    sha256: text,
    staged: text,
    live: text,
    checks,
    timeoutMs: milliseconds,
  }),
  kind('postgres-swap', {
    place: postgresPlace,
    live: text,
    staged: text,
    kept: text,
    timeoutMs: milliseconds,
  }),
  kind('await-up', { urls, metricsUrls, addresses, timeoutMs: milliseconds }),
  kind('settle', { ms: milliseconds }),
  kind('suite', { suite: suiteName, own: ownSuite.exactOptional() }),
]);

export type DatabaseCheck = z.output<typeof databaseCheck>;
export type PostgresPlace = z.output<typeof postgresPlace>;
export type SuiteName = z.output<typeof suiteName>;
export type OwnSuite = z.output<typeof ownSuite>;
export type Action = z.output<typeof actionShape>;

import { z } from 'zod';
import { dayMs, durationUpTo } from './duration.ts';
import { anyHttpUrl, complain, eachOnce, secretReference } from './parts.ts';

const duration = durationUpTo(dayMs);

const command = z
  .array(z.string().min(1), { error: 'expected a command as a list: ["systemctl", "restart", "genesis"]' })
  .min(1, 'expected a command as a list: ["systemctl", "restart", "genesis"]');
const file = z.string().min(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/i, 'expected 64 hexadecimal digits');
/** Such a name needs no quoting, in SQL or elsewhere, that could go wrong. */
const databaseName = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,40}$/, 'expected a plain name: small letters, digits and _, at most 41');

const budgets = z.strictObject({
  announce: duration.default(60_000),
  drain: duration.default(120_000),
  rollback: duration.default(300_000),
  verify: duration.default(300_000),
  validate: duration.default(120_000),
});
/** What differs for one type. */
const ownBudgets = z
  .strictObject({
    announce: duration.optional(),
    drain: duration.optional(),
    rollback: duration.optional(),
    verify: duration.optional(),
    validate: duration.optional(),
  })
  .default({});

const flag = z.strictObject({
  /** The flagd flag file, JSON. */
  file,
  /** The flag; `target.flags.key` without it. */
  key: z.string().min(1).optional(),
  /** The variant that everybody gets. */
  variant: z.string().min(1).default('off'),
  /** Where OFREP answers; the orchestrator without it. */
  ofrep: anyHttpUrl.optional(),
  /** How many targeting keys are asked. */
  samples: z.int().min(1).max(1000).default(20),
  /** How long OFREP may go on answering the old value. */
  timeout: duration.default(30_000),
  /** Run after the file was written, such as one that sends it to where flagd reads it. */
  apply: command.optional(),
  budgets: ownBudgets,
});

const git = z.strictObject({
  folder: file,
  /** Tag, branch or commit to go back to; the tag before the current commit without it. */
  to: z
    .string()
    .regex(/^[^-\s][^\s]*$/, 'expected a tag or commit')
    .optional(),
  localChanges: z.enum(['refuse', 'stash']).default('refuse'),
  lockFiles: z.array(file).default(['package-lock.json']),
  /** Run when a lock file differs between the two releases. */
  install: command.default(['npm', 'ci']),
  budgets: ownBudgets,
});

const backup = z.strictObject({
  archive: file,
  /** Of the archive; without it the first word of `<archive>.sha256`. */
  sha256: sha256.optional(),
  /** The release's folder, or the link to it. */
  folder: file,
  /** Leading folders of the archive's paths that are dropped. */
  strip: z.int().min(0).max(10).default(0),
  budgets: ownBudgets,
});

const check = z.strictObject({
  /** A query that answers one number. */
  sql: z.string().min(1),
  atLeast: z.number(),
});
const restored = {
  dump: file,
  /** Of the dump; without it the first word of `<dump>.sha256`. */
  sha256: sha256.optional(),
  checks: z.array(check).max(50).default([]),
  /** What proves that the database of before the deployment is used: a query, and what it answers there. */
  proof: z
    .strictObject({ sql: z.string().min(1), equals: z.union([z.string().min(1), z.number()]) })
    .optional(),
  budgets: ownBudgets,
};

const database = z.discriminatedUnion(
  'engine',
  [
    z.strictObject({ engine: z.literal('sqlite'), file, ...restored }),
    z.strictObject({
      engine: z.literal('postgres'),
      database: databaseName,
      /** Server name, address, or the folder of its socket. */
      host: z.string().min(1).default('/var/run/postgresql'),
      port: z.int().min(1).max(65_535).default(5432),
      user: z.string().min(1),
      password: secretReference.optional(),
      /** Database to connect to while the other is swapped. */
      maintenance: databaseName.default('postgres'),
      ...restored,
    }),
  ],
  { error: 'expected one of the engines sqlite and postgres' },
);

const schemaVersion = z.strictObject({
  /** A path of the first service, or an address. */
  url: z.union([anyHttpUrl, z.string().startsWith('/')]),
  /** Where the version stands in the JSON that answers. */
  json: z.string().min(1),
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
});

/** What must hold before the previous release may come back at all. */
const allowedIf = z
  .strictObject({ command: command.optional(), schema: schemaVersion.optional() })
  .refine(
    ({ command, schema }) => (command === undefined) !== (schema === undefined),
    'expected either { command: […] } or { schema: { url, json, atMost } }',
  );

const ownSuite = z.strictObject({ command, junit: file.optional(), cwd: file.optional() });

/** The part of the configuration that says how the previous release is brought back; durations come out in milliseconds. */
export const rollbackSchema = z
  .strictObject({
    /** Whether the loop itself rolls back when RollbackRequired fires; `shadow` records that it would have. */
    automatic: z
      .union([z.boolean(), z.literal('shadow')], { error: "expected true, false or 'shadow'" })
      .default(false),
    /** The types, in the order in which they are tried. */
    options: z.array(z.enum(['flag', 'git', 'backup', 'database'])).min(1, 'expected at least one type'),
    /** A release that can't be taken back says so: a command's exit code, or a range of schema versions. */
    allowedIf: allowedIf.optional(),
    /** What follows a stage that failed or ran over its budget. */
    escalate: z.enum(['next', 'person']).default('next'),
    budgets: budgets.prefault({}),
    /** Where commands run. */
    cwd: file.default('.'),
    env: z.record(z.string(), z.string()).default({}),
    /** Limit for one command. */
    commandTimeout: duration.default(120_000),
    commands: z
      .strictObject({
        drain: command.optional(),
        undrain: command.optional(),
        stop: command.optional(),
        start: command.optional(),
        restart: command.optional(),
      })
      .default({}),
    drain: z
      .strictObject({
        /** A gauge of requests in flight; `<metricsPrefix>_active_requests` without it. */
        metric: z.string().min(1).optional(),
        /** Drained when at most so many are in flight; the scrape that asks is one. */
        atMost: z.int().min(0).default(1),
        timeout: duration.default(90_000),
        ifBusy: z.enum(['continue', 'fail']).default('continue'),
      })
      .prefault({}),
    /** How long the services may take to answer after the previous release was started. */
    upTimeout: duration.default(60_000),
    /** The release id that must answer afterwards, read as `release` says. */
    release: z.string().min(1).optional(),
    verify: z
      .strictObject({
        /** Time for the previous release to settle before it is judged. */
        settle: duration.default(5_000),
        suite: ownSuite.optional(),
      })
      .prefault({}),
    validate: z.strictObject({ suite: ownSuite.optional() }).default({}),
    flag: flag.optional(),
    git: git.optional(),
    backup: backup.optional(),
    database: database.optional(),
  })
  .superRefine((rollback, context) => {
    const { options, commands } = rollback;
    eachOnce(
      context,
      options,
      (index) => ['options', index],
      () => 'expected each type once',
    );
    options.forEach((type, index) => {
      const message = `expected a section rollback.${type} that says how`;
      if (!rollback[type]) complain(context, ['options', index], message, type);
    });
    const refuse = (message: string) => complain(context, ['commands'], message, commands);
    const { stop, start, restart, drain, undrain } = commands;
    if ((stop === undefined) !== (start === undefined)) refuse('expected stop and start together');
    if (options.some((type) => type !== 'flag') && !restart && !start)
      refuse('expected restart, or stop and start: this type restarts the service');
    if (drain && !undrain) refuse('expected undrain with drain, or the traffic would not return');
  });

/** What a person writes. */
export type RollbackInput = z.input<typeof rollbackSchema>;
/** Validated, with defaults, durations in milliseconds, secrets still as references. */
export type RollbackConfig = z.output<typeof rollbackSchema>;

import { z } from 'zod';
import { durationBetween as duration } from './duration.ts';
import { complain, eachOnce, httpUrlWithout, secretReference as reference, shortName } from './parts.ts';

const openUrl = httpUrlWithout(
  ['username', 'password'],
  'expected a URL without user and password; name the secret by reference instead',
);

const address = z.email({ error: 'expected an e-mail address' });

const common = {
  /** What routes call it; the type when it isn't given. */
  name: shortName.optional(),
  timeout: duration(100, 60_000).default(10_000),
};

const where = { url: openUrl.optional(), secretUrl: reference.optional() };
const oneAddress = (channel: { url?: string | undefined; secretUrl?: string | undefined }) =>
  (channel.url === undefined) !== (channel.secretUrl === undefined);
const oneAddressText = 'expected either url, or secretUrl as a reference when the address itself is secret';

const login = { username: z.string().min(1).optional(), password: reference.optional() };
const wholeLogin = (channel: { username?: string | undefined; password?: string | undefined }) =>
  (channel.username === undefined) === (channel.password === undefined);
const wholeLoginText = 'expected username and password together';

const channel = z.discriminatedUnion(
  'type',
  [
    z
      .strictObject({
        type: z.literal('alertmanager'),
        ...common,
        url: openUrl,
        resend: duration(1000, 3_600_000).default(60_000),
        /** Shortest time from firing to resolved; more than Alertmanager's group_wait. */
        spacing: duration(1, 3_600_000).default(60_000),
        token: reference.optional(),
        ...login,
      })
      .refine(wholeLogin, wholeLoginText),
    z
      .strictObject({ type: z.literal('webhook'), ...common, ...where, token: reference.optional() })
      .refine(oneAddress, oneAddressText),
    z.strictObject({ type: z.literal('slack'), ...common, secretUrl: reference }),
    z.strictObject({
      type: z.literal('pagerduty'),
      ...common,
      secretKey: reference,
      url: openUrl.default('https://events.pagerduty.com'),
    }),
    z
      .strictObject({
        type: z.literal('email'),
        ...common,
        host: z.string().regex(/^[\w.:-]+$/, 'expected the name or address of the mail server'),
        port: z.int().min(1).max(65_535).default(587),
        secure: z.boolean().default(false),
        plaintext: z.boolean().default(false),
        ...login,
        from: address,
        to: z.array(address).min(1, 'expected at least one receiver').max(50),
      })
      .refine(wholeLogin, wholeLoginText)
      .refine(
        ({ plaintext, password }) => !(plaintext && password),
        'expected no password on a plaintext connection',
      ),
    z.strictObject({ type: z.literal('heartbeat'), ...common, ...where }).refine(oneAddress, oneAddressText),
    z.strictObject({ type: z.literal('console'), name: common.name }),
    z.strictObject({ type: z.literal('file'), name: common.name, path: z.string().min(1) }),
  ],
  {
    error:
      'expected one of the types alertmanager, webhook, slack, pagerduty, email, heartbeat, console and file',
  },
);

const route = z.strictObject({
  severity: z
    .array(z.enum(['critical', 'warning', 'info']))
    .min(1)
    .optional(),
  priority: z
    .array(z.enum(['P0', 'P1', 'P2', 'P3', 'P4']))
    .min(1)
    .optional(),
  /** Takes an alert only when nobody has acknowledged it for so long. */
  after: duration(1000, 7 * 86_400_000).optional(),
  channels: z.array(z.string()).min(1, 'expected the name of at least one channel'),
});

/** The part of the configuration that says who is told what; durations come out in milliseconds. */
export const notificationsSchema = z
  .strictObject({
    channels: z.array(channel).max(20).default([]),
    routes: z.array(route).max(100).default([]),
    /** Who tells of the alerts of the rules: Vigil, or Prometheus on the same rules, and Vigil of all others. */
    rulesBy: z.enum(['vigil', 'prometheus']).default('vigil'),
  })
  .superRefine(({ channels, routes }, context) => {
    const names = channels.map(({ name, type }) => name ?? type);
    eachOnce(
      context,
      names,
      (index) => ['channels', index, 'name'],
      (name) => `expected a name of its own; "${name}" is taken, give one with name`,
    );
    routes.forEach(({ channels: named }, index) => {
      named.forEach((name, position) => {
        if (names.includes(name)) return;
        const message = `expected one of the channels ${names.join(', ') || '(there is none)'}`;
        complain(context, ['routes', index, 'channels', position], message, name);
      });
    });
  });

/** What a person writes. */
export type NotificationsInput = z.input<typeof notificationsSchema>;
/** Validated, with defaults, durations in milliseconds, secrets still as references. */
export type NotificationsConfig = z.output<typeof notificationsSchema>;
export type ChannelConfig = NotificationsConfig['channels'][number];

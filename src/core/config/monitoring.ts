import { z } from 'zod';
import { durationUpTo } from './duration.ts';
import { complain, httpUrlWithout, shortName } from './parts.ts';

const duration = durationUpTo(3_600_000);

const httpUrl = httpUrlWithout(
  ['username', 'password', 'search', 'hash'],
  'expected a URL without user, password, query and fragment',
);

const probe = z.strictObject({
  /** Value of the label `probe`. */
  name: shortName.optional(),
  url: httpUrl,
});

const secretFile = z.string().min(1, 'expected the path of the file that holds the secret');

const kubernetesName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a name as Kubernetes takes it: a-z, 0-9 and -');

/** What kubernetes/ is made for. */
const kubernetes = z.strictObject({
  /** Of Vigil and of what it watches. */
  namespace: kubernetesName.default('default'),
  /** The label by which the Prometheus operator chooses monitors and rules. */
  release: kubernetesName.default('kube-prometheus-stack'),
  priorityClass: kubernetesName.optional(),
  /** The Secret whose key `token` is `server.token`. */
  secret: kubernetesName.default('vigil'),
  /** Other namespaces from which the port may be reached. */
  allowFrom: z.array(kubernetesName).default(['monitoring', 'argo-rollouts', 'flagger-system']),
});

const email = z
  .strictObject({
    smarthost: z.string().regex(/^[\w.-]+:\d+$/, 'expected host:port of the mail server'),
    from: z.email({ error: 'expected an e-mail address' }),
    to: z.array(z.email({ error: 'expected an e-mail address' })).min(1, 'expected at least one receiver'),
    username: z.string().min(1).optional(),
    passwordFile: secretFile.optional(),
  })
  .refine(
    ({ username, passwordFile }) => (username === undefined) === (passwordFile === undefined),
    'expected username and passwordFile together',
  );

/** The part of the configuration from which `vigil render` makes monitoring/; durations come out in milliseconds. */
export const monitoringSchema = z
  .strictObject({
    /** Left out, these are the target's own addresses. */
    orchestration: httpUrl.optional(),
    planner: httpUrl.optional(),
    node: httpUrl.optional(),
    /** Every Vigil that is scraped. */
    probes: z
      .array(probe)
      .min(1, 'expected at least one Vigil')
      .default([{ url: 'http://127.0.0.1:8002' }]),
    /** How many probes must agree; more than half of them unless it is given. */
    quorum: z.int().min(1).optional(),
    prometheus: httpUrl.default('http://127.0.0.1:9090'),
    alertmanager: httpUrl.default('http://127.0.0.1:9093'),
    /** `sampleInterval` unless they are given. */
    scrapeInterval: duration.optional(),
    evaluationInterval: duration.optional(),
    /** Whether Prometheus is 2.55 or newer, which can send header lines of one's own. */
    httpHeaders: z.boolean().default(false),
    webhook: httpUrl.default('http://127.0.0.1:5001/alerts'),
    heartbeat: httpUrl.default('http://127.0.0.1:5001/heartbeat'),
    heartbeatInterval: duration.default(60_000),
    slack: z.strictObject({ apiUrlFile: secretFile, channel: z.string().min(1) }).optional(),
    pagerduty: z.strictObject({ routingKeyFile: secretFile }).optional(),
    email: email.optional(),
    /** The image of Vigil, with registry and tag. */
    image: z
      .string()
      .regex(
        /^[a-z0-9][\w.:/-]*[:@][\w.:-]+$/,
        'expected an image with its tag: registry.example.com/vigil:1.0',
      )
      .default('vigil:0.1.0'),
    kubernetes: kubernetes.prefault({}),
    /** Stands before docs/incident-response.md in every runbook link. */
    runbooks: httpUrl.optional(),
    /** Every window and wait of the rules times this: a rehearsal needs no minutes. */
    timeScale: z.number().positive().max(1, 'expected more than 0 and at most 1').default(1),
  })
  .superRefine(({ probes, quorum }, context) => {
    if (quorum !== undefined && quorum > probes.length)
      complain(context, ['quorum'], `expected at most the number of probes (${probes.length})`, quorum);
    const names = probes.map(({ name }) => name);
    names.forEach((name, index) => {
      if (probes.length === 1 || (name !== undefined && names.indexOf(name) === index)) return;
      const message = 'expected a unique name for each probe';
      complain(context, ['probes', index, 'name'], message, name);
    });
  });

/** Validated, with defaults, durations in milliseconds. */
export type MonitoringConfig = z.output<typeof monitoringSchema>;

/** How many probes must say the same for it to count across them: more than half, unless the configuration says. */
export const quorumOf = ({ probes, quorum }: Pick<MonitoringConfig, 'probes' | 'quorum'>): number =>
  quorum ?? Math.floor(probes.length / 2) + 1;

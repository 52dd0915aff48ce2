import { z } from 'zod';
import { accessKeys, authSchema } from './auth.ts';
import { dependsOnSchema } from './depends-on.ts';
import { anyHttpUrl, complain, httpUrlWithout, jsonPath, valuesByPath } from './parts.ts';
import { trafficSchema } from './traffic.ts';

const baseUrl = httpUrlWithout(['search', 'hash'], 'expected a URL without query and fragment');
const path = z.string().startsWith('/', { error: 'expected a path that begins with "/"' });

/** What must stand in a body for an answer to be a success. */
export const successSchema = z.strictObject({
  /** Values by path: `{ '$.status': 'completed' }`. */
  json: valuesByPath.refine(
    (json) => Object.keys(json).length > 0,
    'expected at least one path, such as "$.status"',
  ),
});

const releaseKeys = {
  /** Which release must run: a text, or where it stands (`env:RELEASE`, `file:/path`). */
  expected: z.string().min(1).optional(),
};

/** Where every service says which release it is, and which it must be. */
export const releaseSchema = z.strictObject({
  ...releaseKeys,
  /** Below the address of the service. */
  path: path.default('/health'),
  /** Where the id stands in the JSON that answers. */
  json: jsonPath.default('$.releaseId'),
});

/** The same for one service, over what is said for all. */
const releaseOfService = z.strictObject({
  ...releaseKeys,
  path: path.optional(),
  json: jsonPath.optional(),
});

const metrics = z.union(
  [path, z.strictObject({ url: z.union([path, anyHttpUrl]), auth: authSchema.optional() })],
  { error: 'expected a path such as "/metrics", or { url, auth }' },
);

const health = z.union([path, z.strictObject({ path, success: successSchema.optional() })], {
  error: 'expected a path such as "/healthz", or { path, success }',
});

const service = z.strictObject({
  url: baseUrl,
  /** The addresses of each process behind the URL, or `dns`: every address that its host has. */
  instances: z
    .union([z.literal('dns'), z.array(baseUrl).min(1).max(100)], {
      error: 'expected a list of at most 100 URLs, or "dns"',
    })
    .optional(),
  ...accessKeys,
  /** What is asked to learn whether the service is well; without it, it must only answer, and not with 5xx. */
  health: health.optional(),
  metrics: metrics.optional(),
  /** How many series one scrape may have; one with more is refused as a whole. */
  sampleLimit: z.int().positive().optional(),
  /** Where the operations, errors and durations of its users stand. */
  traffic: trafficSchema.optional(),
  success: successSchema.optional(),
  release: releaseOfService.optional(),
  /** Services and checks whose failure explains one of this service and of its probes. */
  dependsOn: dependsOnSchema.optional(),
});

/** Jobs of what is scraped besides the services. */
const takenNames = ['node', 'genesis-tests'];

/** Every service of a deployment by its name, which is a label of all that is exposed about it. */
export const servicesSchema = z
  .record(
    z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'expected at most 40 small letters, digits and "-"'),
    service,
  )
  .superRefine((services, context) => {
    const names = Object.keys(services);
    if (names.length === 0) complain(context, [], 'expected at least one service', services);
    for (const name of names.filter((one) => takenNames.includes(one)))
      complain(context, [name], 'expected another name; this one is taken by a job of Vigil', services[name]);
  });

/** One service as a person describes it. */
export type ServiceInput = z.output<typeof service>;
export type ReleaseSource = z.output<typeof releaseSchema>;

import { z } from 'zod';
import { durationUpTo } from './duration.ts';
import { anyHttpUrl, complain, secretReference } from './parts.ts';

const path = z.string().min(1, 'expected the path of a PEM file');

const basic = z.strictObject({
  username: z.string().min(1),
  password: secretReference,
});

/** Client credentials (RFC 6749, section 4.4); the token is renewed before it ends. */
const oauth2 = z.strictObject({
  tokenUrl: anyHttpUrl,
  clientId: z.string().min(1),
  clientSecret: secretReference,
  scope: z.string().min(1).optional(),
  /** How long before its end a token is renewed. */
  renewBefore: durationUpTo(3_600_000).default(30_000),
});

const certificate = z.strictObject({
  cert: path,
  key: path,
});

/** How Vigil shows a service who it is; at most one of bearer, basic and oauth2. */
export const authSchema = z
  .strictObject({
    /** Sent with every request; values are texts or references. */
    headers: z.record(z.string(), z.union([z.string(), secretReference])).optional(),
    bearer: secretReference.optional(),
    basic: basic.optional(),
    oauth2: oauth2.optional(),
    /** A client certificate for TLS. */
    certificate: certificate.optional(),
  })
  .superRefine((auth, context) => {
    const given = (['bearer', 'basic', 'oauth2'] as const).filter((key) => auth[key] !== undefined);
    const [, second] = given;
    if (second === undefined) return;
    complain(context, [second], `expected one of bearer, basic and oauth2; ${given[0]} is there too`);
  });

/** How an address is asked. */
export const accessKeys = {
  auth: authSchema.optional(),
  /** PEM file of an authority that is trusted besides Node's. */
  ca: path.optional(),
};

export type AuthConfig = z.output<typeof authSchema>;

import { z } from 'zod';
import { durationBetween } from './duration.ts';
import { postgresAddress } from './parts.ts';

/** A PostgreSQL in which several Vigils of one deployment keep what must be decided once. */
export const ledgerSchema = z.strictObject({
  postgres: postgresAddress,
  /** PEM file of the authority that signed the server's certificate. */
  ca: z.string().min(1).optional(),
  /** Connections of this process at most. */
  connections: z.int().min(2).max(20).default(2),
  /** How long who leads may be silent before another takes over. */
  lease: durationBetween(1000, 20_000).default(18_000),
});

export type LedgerConfig = z.output<typeof ledgerSchema>;

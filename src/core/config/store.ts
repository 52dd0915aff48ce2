import { z } from 'zod';
import { accessKeys } from './auth.ts';
import { httpUrlWithout, secretReference } from './parts.ts';

/** A store that speaks Prometheus's API: Prometheus, Mimir, Thanos, VictoriaMetrics. */
export const storeSchema = z.strictObject({
  /** Without `/api/v1`; a base path is kept. */
  url: httpUrlWithout(['search', 'hash'], 'expected a URL without query and fragment'),
  /** Sent with every query; values are texts or references. */
  headers: z.record(z.string(), z.union([z.string(), secretReference])).optional(),
  /** How queries are sent; a proxy that only reads may refuse POST. */
  method: z.enum(['POST', 'GET']).default('POST'),
  ...accessKeys,
});

/** The store that is asked for traffic by queries and by the gate. */
export const storeUrlOf = ({
  store,
  target,
  monitoring,
}: {
  store?: { url: string } | undefined;
  target?: { prometheus?: { url: string } | undefined } | undefined;
  monitoring: { prometheus: string };
}): string => store?.url ?? target?.prometheus?.url ?? monitoring.prometheus;

import { z } from 'zod';
import { durationUpTo } from './duration.ts';

/** Faults of a connection that may be met once more; an answer, of whatever status, never is. */
export const networkErrors = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
] as const;

/** When a request of a probe or of a check's target is sent again. Without `retryOn` it never is. */
export const networkSchema = z.strictObject({
  retryOn: z.array(z.enum(networkErrors)).default([]),
  /** Attempts in all. */
  attempts: z.int().min(2).max(5).default(2),
  /** Time before the next attempt. */
  wait: durationUpTo(5000).default(100),
});

export type NetworkConfig = z.output<typeof networkSchema>;

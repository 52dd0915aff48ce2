import { z } from 'zod';

const labels = z.record(z.string().max(200), z.string().max(4096));

const alert = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels,
  annotations: labels.optional(),
  startsAt: z.string().max(64),
  endsAt: z.string().max(64).optional(),
  fingerprint: z.string().min(1).max(256).optional(),
});

const webhookBody = z.looseObject({
  version: z.literal('4'),
  groupKey: z.string().max(16_384),
  status: z.enum(['firing', 'resolved']),
  receiver: z.string().max(1000),
  alerts: z.array(alert).max(10_000),
});

export type WebhookBody = z.output<typeof webhookBody>;

/** A body as an Alertmanager webhook of version 4, unknown keys and all; or a sentence that says what is wrong. */
export function readWebhookBody(text: string): WebhookBody | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'the body is not JSON';
  }
  const result = webhookBody.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return `no Alertmanager webhook of version 4: ${issue?.path.map(String).join('.') || 'body'}: ${issue?.message}`;
}

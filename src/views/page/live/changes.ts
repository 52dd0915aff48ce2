import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { messageOf, oneLine, parseDuration, type VigilError } from '../../../core/index.ts';
import type { History } from '../../../history/index.ts';
import {
  acknowledgeAlerts,
  alertsNamed,
  openAlertsOf,
  sendProblem,
  silenceAlerts,
} from '../../../monitor/index.ts';
import { bodyOf, type Guarded, guard, refuse } from '../../../release/index.ts';
import type { PageSource } from '../facts.ts';

/** What a person may change from the page; nothing without a history to write to. */
export interface ChangeOptions {
  history: Pick<History, 'recordAcknowledgement' | 'saveMaintenance'>;
  token: string | undefined;
}

const line = z.string().trim().min(1).max(300);
const names = z.array(line).min(1).max(200);
const acknowledgement = z.strictObject({ alerts: names, by: line, note: line.optional() });
const longestMs = 7 * 86_400_000;
const silence = z.strictObject({
  alerts: names,
  by: line,
  reason: line,
  for: z
    .string()
    .transform((text) => parseDuration(text) ?? 0)
    .refine((ms) => ms > 0 && ms <= longestMs, 'expected a duration such as 1h, at most 7d'),
});

/** `POST /api/alerts/acknowledge` and `/api/alerts/silence`, each with the token of the configuration. */
export async function changeRoutes(
  app: FastifyInstance,
  { history, token }: ChangeOptions,
  { source, now }: { source(): PageSource | undefined; now(): number },
): Promise<void> {
  await app.register(import('@fastify/rate-limit'), { global: false });
  const guarded: Guarded = { perMinute: 60, token };
  guard(
    app,
    guarded,
    () => true,
    (reply, why) => refuse(reply, why, guarded),
  );
  app.setErrorHandler((thrown: VigilError & { statusCode?: number }, _request, reply) => {
    const isTheirs = thrown.code === 'USAGE' || (thrown.statusCode ?? 500) < 500;
    const title = isTheirs ? 'the request is not understood' : 'the evidence can’t be written';
    return sendProblem(reply, isTheirs ? 400 : 503, title, messageOf(thrown));
  });
  const named = (keys: readonly string[]) => {
    const open = openAlertsOf(source()?.status().alerts ?? { alerts: {} });
    return [...new Set(keys.flatMap((key) => alertsNamed(key, open)))];
  };
  app.post('/acknowledge', (request) => {
    const { alerts, by, note } = bodyOf(acknowledgement, request);
    const found = named(alerts);
    const who = oneLine(by);
    acknowledgeAlerts(history, found, { timeMs: now(), who, note: note && oneLine(note) });
    return { version: 1, acknowledged: found.map(({ fingerprint }) => fingerprint), by: who };
  });
  app.post('/silence', (request) => {
    const { alerts, by, reason, for: lengthMs } = bodyOf(silence, request);
    const found = named(alerts);
    const fromMs = now();
    const toMs = fromMs + lengthMs;
    silenceAlerts(history, found, { fromMs, toMs, who: oneLine(by), reason: oneLine(reason) });
    const until = new Date(toMs).toISOString();
    return { version: 1, silenced: found.map(({ fingerprint }) => fingerprint), until };
  });
}

import { below } from '../core/index.ts';
import { send } from './http/http.ts';
import { contractError, excerpt, unexpected } from './http/http-failure.ts';

/** What a flag evaluated to for one targeting key. */
export interface FlagEvaluation {
  value: unknown;
  variant?: string | undefined;
  reason?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
}

interface OfrepBody extends Partial<FlagEvaluation> {
  errorCode?: string;
  errorDetails?: string;
}

/** Evaluates a flag over OFREP; a flag that isn't there, and every other error, is TARGET_CONTRACT with its code. */
export async function evaluateFlag(url: string, key: string, targetingKey: string): Promise<FlagEvaluation> {
  const answer = await send(below(url, `/ofrep/v1/evaluate/flags/${encodeURIComponent(key)}`), {
    json: { context: { targetingKey } },
  });
  const body: OfrepBody = answer.text.trimStart().startsWith('{') ? answer.json() : {};
  if (answer.status === 200 && body.value !== undefined) {
    const { value, variant, reason, metadata } = body;
    return { value, variant, reason, metadata };
  }
  const expected = `a value of the flag ${key}`;
  if (!body.errorCode) throw unexpected(answer, expected);
  const details = body.errorDetails ? `: ${excerpt(body.errorDetails)}` : '';
  throw contractError(answer.url, expected, `${body.errorCode}${details}`);
}

import type { VigilError } from '../../core/index.ts';
import { contractError } from './http-failure.ts';
import { excerpt } from './url-text.ts';

/** An answer of any status: 3xx is not followed and 5xx does not throw. */
export interface HttpAnswer {
  /** The address without credentials. */
  url: string;
  status: number;
  /** By lower-case name; repeated lines joined with a comma. */
  headers: Record<string, string>;
  text: string;
  /** From sending until the last byte of the body, in milliseconds. */
  durationMs: number;
  /** The body as JSON; TARGET_CONTRACT with its first characters when it is none. */
  json<T = unknown>(): T;
}

/** An answer that is not what the target promises, shown by its status and its first characters. */
export function unexpected({ url, status, text }: HttpAnswer, expected: string): VigilError {
  return contractError(url, expected, `${status} "${excerpt(text)}"`);
}

/** An answer from its parts. */
export function answerOf(
  url: string,
  status: number,
  headers: Record<string, string>,
  text: string,
  durationMs: number,
): HttpAnswer {
  return {
    url,
    status,
    headers,
    text,
    durationMs,
    json<T>() {
      try {
        return JSON.parse(text) as T;
      } catch {
        throw contractError(url, 'JSON', text === '' ? `an empty body (${status})` : `"${excerpt(text)}"`);
      }
    },
  };
}

/** Header lines by name, repeated ones joined. */
export function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const name in headers) lines[name] = String(headers[name]);
  return lines;
}

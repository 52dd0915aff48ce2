import { z } from 'zod';
import { isJsonPath } from '../text/json-path.ts';
import { parseLimit } from '../thresholds/limit-text.ts';
import { isSecretReference } from './secret-reference.ts';

export const anyHttpUrl = z.url({
  protocol: /^https?$/,
  error: 'expected an http:// or https:// URL',
});
const unslashed = (url: string): string => url.replace(/\/+$/, '');
export const httpUrlSchema = anyHttpUrl.transform(unslashed);

/** The same for an address that must not have some parts. */
export const httpUrlWithout = (
  parts: readonly ('username' | 'password' | 'search' | 'hash')[],
  message: string,
) => anyHttpUrl.refine((url) => parts.every((part) => !URL.parse(url)?.[part]), message).transform(unslashed);

/** Complains of what stands at a path below. */
export function complain(
  context: z.RefinementCtx,
  path: readonly PropertyKey[],
  message: string,
  input?: unknown,
): void {
  context.addIssue({ code: 'custom', path: [...path], message, input });
}

const pathText = 'expected a path such as "$.status" or "$[\'build.sha\']" (RFC 9535)';
/** Where something stands in a JSON document. */
export const jsonPath = z.string().min(1).refine(isJsonPath, pathText);
/** Values by the paths at which they must stand. */
export const valuesByPath = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .refine((values) => Object.keys(values).every(isJsonPath), pathText);

/** A limit as a person writes it, `< 200 ms`; it stays text. */
export const limitSchema = z
  .string()
  .refine(
    (text) => parseLimit(text) !== undefined,
    'expected a limit such as "< 200 ms", ">= 99.5 %" or "<= 0"',
  );

/** The same for values of one unit only. */
export const limitIn = (unit: 'seconds' | 'ratio', example: string) =>
  z
    .string()
    .refine(
      (text) => parseLimit(text)?.unit === unit,
      `expected a limit with its unit, such as "${example}"`,
    );

/** Keys that hold references are named so that no message ever shows their values. */
export const secretReference = z
  .string({ error: 'expected a reference to the secret: env:NAME, file:/path or exec:10m:command' })
  .refine(
    isSecretReference,
    'expected a reference, env:NAME, file:/path or exec:10m:command, and not the secret itself',
  );

/** Address of a PostgreSQL; with a password in it only by reference. */
export const postgresAddress = z
  .string()
  .refine(
    (text) => isSecretReference(text) || /^postgres(ql)?:\/\/[^:@/]*(@|$|[^@]*$)/.test(text),
    'expected a reference to the address, env:NAME, file:/path or exec:10m:command, or postgres://user@host/name without a password',
  );

/** A name that a label can carry. */
export const shortName = z
  .string()
  .regex(/^[\w.-]{1,40}$/, 'expected at most 40 letters, digits, ".", "_" or "-"');

/** Complains of every name that another before it has, at the place of its entry. */
export function eachOnce(
  context: z.RefinementCtx,
  names: readonly string[],
  pathOf: (index: number) => PropertyKey[],
  message: (name: string) => string,
): void {
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) complain(context, pathOf(index), message(name), name);
  });
}

/** A refinement of a list that complains at `key` of every entry whose name another before it has. */
export const distinct =
  <Entry>(key: string, nameOf: (entry: Entry) => string, message: (name: string) => string) =>
  (entries: readonly Entry[], context: z.RefinementCtx): void =>
    eachOnce(context, entries.map(nameOf), (index) => [index, key], message);

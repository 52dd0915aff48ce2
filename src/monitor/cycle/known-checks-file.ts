import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { byText, messageOf, type VigilConfig, VigilError, writeAtomically } from '../../core/index.ts';
import type { KnownCheck, KnownChecks } from '../../suite/index.ts';

/** A check that a cycle must run. */
export const knownCheckShape = z.object({
  id: z.string().min(1),
  was: z.string().optional().describe('What it was called before version 0.2.'),
  title: z.string(),
  group: z.string(),
  severity: z.enum(['critical', 'warning', 'info']).optional(),
  priority: z.enum(['P0', 'P1', 'P2', 'P3', 'P4']).optional(),
  next: z.string().optional(),
  service: z.string().optional(),
  instance: z.string().optional(),
});

const document = z.object({ version: z.literal(1), checks: z.array(knownCheckShape) });

/** Where the checks are remembered that a suite without a catalogue has shown; a named one beside that of the configuration. */
export const rememberedFile = (reports: string, suite?: string): string =>
  path.join(
    reports,
    suite === undefined ? 'known_checks.json' : `known_checks.${suite.replace(/[^\w.-]+/g, '-')}.json`,
  );

/** The checks that a file lists; CONFIG_INVALID when it can't be read. */
export function readChecks(file: string): KnownCheck[] {
  try {
    return document.parse(JSON.parse(readFileSync(file, 'utf8'))).checks as KnownCheck[];
  } catch (thrown) {
    throw new VigilError('CONFIG_INVALID', `the list of checks could not be read: ${messageOf(thrown)}`, {
      where: file,
      expected: '{ "version": 1, "checks": [{ "id": …, "title": …, "group": … }] }',
      hint: 'vigil checks --write recreates it',
    });
  }
}

/** The checks that the suite's catalogue lists; none while it has none. */
export const declaredChecks = ({ catalogue }: VigilConfig['suite']): KnownCheck[] =>
  catalogue !== undefined && existsSync(catalogue) ? readChecks(catalogue) : [];

/** Writes a list of checks, in the order of their ids, so that a change of it is a change of a line. */
export function writeChecks(file: string, checks: readonly KnownCheck[]): void {
  const sorted = checks.toSorted((a, b) => byText(a.id, b.id));
  writeAtomically(file, `${JSON.stringify({ version: 1, checks: sorted }, null, 2)}\n`);
}

/** What the suite must hold: the declared catalogue, else what is remembered, else nothing. */
export function knownChecks(
  { suite, reports }: Pick<VigilConfig, 'suite' | 'reports'>,
  name?: string,
): KnownChecks | undefined {
  if (suite.catalogue !== undefined && name === undefined)
    return { declared: true, checks: readChecks(suite.catalogue) };
  if (!suite.remember) return undefined;
  const file = rememberedFile(reports, name);
  return { declared: false, checks: existsSync(file) ? readChecks(file) : [] };
}

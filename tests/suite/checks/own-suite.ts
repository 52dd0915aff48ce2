import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { CycleDocument } from '../../../src/views/summary/cycle-schema.ts';
import { vigil, type vigilProcess } from '../../scripts/vigil.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const kit = path.join(root, 'src/api/vitest.ts');
const settings = path.join(root, 'src/api/config.ts');

/** What every file of checks begins with; the paths stand for `vitest-vigil/vitest`, which the package's own tests import. */
const header = `import { describe, expect, test as plain } from 'vitest';
import { check, test, UnknownOutcome } from '${kit}';
`;

/** A project with a suite of its own, inside the repository so that it finds Vitest. */
export function ownProject(config: object, checks: Record<string, string>): string {
  const home = path.join(root, 'reports/.test-suites');
  mkdirSync(home, { recursive: true });
  const cwd = mkdtempSync(path.join(home, 'own-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  mkdirSync(path.join(cwd, 'health-tests'));
  configure(cwd, config);
  writeFileSync(
    path.join(cwd, 'health-tests/vitest.config.ts'),
    `import { healthTests } from '${settings}';\nexport default healthTests({ tags: [{ name: 'shop' }], fsModuleCache: true });\n`,
  );
  for (const [name, text] of Object.entries(checks)) writeCheck(cwd, name, text);
  return cwd;
}

export const configure = (cwd: string, config: object): void =>
  writeFileSync(
    path.join(cwd, 'vigil.config.json'),
    JSON.stringify({ suite: { root: 'health-tests' }, ...config }),
  );

export const writeCheck = (cwd: string, name: string, text: string): void =>
  writeFileSync(path.join(cwd, 'health-tests', `${name}.check.ts`), header + text);

export interface Cycle {
  code: number | null;
  document: CycleDocument;
  /** `W01 pass` of every check. */
  told: string[];
}

/** Runs a cycle. A process reads a configuration once: one that was changed needs a process of its own. */
export async function cycleIn(cwd: string, run: typeof vigilProcess = vigil): Promise<Cycle> {
  const { code, stdout, stderr } = await run(['monitor', '--json'], { cwd });
  if (stdout === '') throw new Error(`no document (exit ${code}): ${stderr}`);
  const document = JSON.parse(stdout) as CycleDocument;
  return { code, document, told: document.checks.map(({ id, outcome }) => `${id} ${outcome}`) };
}

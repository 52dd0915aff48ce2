import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files of one run keep what they share. */
    shared: string;
  }
}

/** The set-up of a run. */
export default function setup(project: TestProject): () => void {
  const shared = mkdtempSync(path.join(tmpdir(), 'vigil-shared-'));
  project.provide('shared', shared);
  return () => rmSync(shared, { recursive: true, force: true });
}

/** What takes long to make, made by whichever test file needs it first; resolves with its folder. */
export async function onceARun(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(inject('shared'), name);
  const end = `${folder}.end`;
  if (mkdirSync(folder, { recursive: true }) !== undefined) {
    const failure = await make(folder).then(
      () => '',
      (thrown: unknown) => String(thrown),
    );
    writeFileSync(end, failure);
  }
  while (!existsSync(end)) await sleep(200);
  const failure = readFileSync(end, 'utf8');
  if (failure !== '') throw new Error(failure);
  return folder;
}

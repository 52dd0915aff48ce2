import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CycleDocument } from '../../src/views/summary/cycle-schema.ts';
import { quietTarget } from './target.ts';
import { emptyFolder, vigil, vigilProcess } from './vigil.ts';

/** A report of a real runner, or one made after it. */
export const reportOf = (name: string) =>
  readFileSync(new URL(`../../fixtures/junit/${name}`, import.meta.url), 'utf8');

/** What a cycle on demand said. */
export interface Told {
  code: number | null;
  cycle: CycleDocument;
  /** `id outcome` of each check, in order of the ids. */
  checks: string[];
  problems: string[];
  reasonOf(id: string): string;
  stderr: string;
}

/** A folder that is watched, whose suite writes the reports that it is given, one a cycle. */
export interface WatchedFolder {
  cwd: string;
  cycle(report: string, code?: number): Promise<Told>;
  run: (...args: string[]) => ReturnType<typeof vigil>;
  configure(more: object): void;
}

export async function watchedFolder(suite: object = {}, more: object = {}): Promise<WatchedFolder> {
  const url = await quietTarget();
  const command = ['sh', '-c', 'cp now.xml "$1"; exit $(cat code)', 'suite', '{junit}'];
  const cwd = emptyFolder({});
  const configure = (others: object) =>
    writeFileSync(
      path.join(cwd, 'vigil.config.json'),
      JSON.stringify({ target: { url }, suite: { command, ...suite }, ...more, ...others }),
    );
  configure({});
  let run: typeof vigilProcess = vigil;
  return {
    cwd,
    configure(others) {
      configure(others);
      // A process reads a configuration once.
      run = vigilProcess;
    },
    run: (...args) => run(args, { cwd }),
    async cycle(report, code = 0) {
      writeFileSync(path.join(cwd, 'now.xml'), report);
      writeFileSync(path.join(cwd, 'code'), String(code));
      const ended = await run(['monitor', '--json'], { cwd });
      if (ended.stdout === '') throw new Error(ended.stderr);
      const cycle: CycleDocument = JSON.parse(ended.stdout);
      return {
        code: ended.code,
        cycle,
        checks: cycle.checks.map(({ id, outcome }) => `${id} ${outcome}`).sort(),
        problems: cycle.problems,
        reasonOf: (id) => cycle.checks.find((check) => check.id === id)?.reason ?? '',
        stderr: ended.stderr,
      };
    },
  };
}

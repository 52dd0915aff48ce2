import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf, type Redactor } from '../../../core/index.ts';
import { gitRunner } from '../git.ts';
import type { TypePlan } from '../plan.ts';

async function difference(planned: TypePlan): Promise<string> {
  for (const { action } of planned.stages.flatMap(({ steps }) => steps)) {
    if (action.kind === 'git-checkout') {
      const git = gitRunner(action.folder);
      const log = (await git.maybe('log', '--oneline', `${action.to}..${action.from}`)) ?? 'unknown';
      const diff = (await git.maybe('diff', '--stat', '--patch', action.to, action.from)) ?? 'unknown';
      return `Commits that are taken back:\n${log}\n\n${diff}\n`;
    }
    if (action.kind === 'set-flag') return `The flag before:\n${JSON.stringify(action.before, null, 2)}\n`;
  }
  return 'What was there is kept; compare it with what is there now.\n';
}

/** What differs between the two releases, as far as the type can tell; a text for the incident's folder. */
export async function releasesText(planned: TypePlan): Promise<string> {
  try {
    return `from ${planned.from}\nto   ${planned.to}\n\n${await difference(planned)}`;
  } catch (thrown) {
    return `could not be compared: ${messageOf(thrown)}\n`;
  }
}

/** Name of an incident by its time, sortable, without characters that file systems refuse. */
export const incidentName = (atMs: number): string => new Date(atMs).toISOString().replaceAll(':', '-');

/** Opens the folder of an incident, the same one when a rollback is resumed. */
export function openIncident(folder: string, redactor: Redactor, onFailure: (text: string) => void) {
  return {
    path: folder,
    /** Redacts and writes; a disk that is full keeps no rollback from going on, `onFailure` is told. */
    write(name: string, content: string | object): void {
      const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(path.join(folder, name), redactor.redact(text));
      } catch (thrown) {
        onFailure(`${name} of the incident could not be written: ${messageOf(thrown)}`);
      }
    },
  };
}

export type IncidentFolder = ReturnType<typeof openIncident>;

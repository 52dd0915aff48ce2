import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Redactor } from '../../../core/index.ts';

/** Name of an incident by its time, sortable, without characters that file systems refuse. */
export const incidentName = (atMs: number): string => new Date(atMs).toISOString().replaceAll(':', '-');

export interface IncidentFolder {
  path: string;
  /** Redacts and writes; a disk that is full keeps no rollback from going on, `onFailure` is told. */
  write(name: string, content: string | object): void;
}

/** Opens the folder of an incident, the same one when a rollback is resumed. */
export function openIncident(
  folder: string,
  redactor: Redactor,
  onFailure: (text: string) => void,
): IncidentFolder {
  return {
    path: folder,
    write(name, content) {
      const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(path.join(folder, name), redactor.redact(text));
      } catch (thrown) {
        onFailure(`${name} of the incident could not be written: ${(thrown as Error).message}`);
      }
    },
  };
}

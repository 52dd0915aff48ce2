import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A document that is made, not written; its path is relative to a folder. */
export interface RenderedDocument {
  path: string;
  text: string;
}

export interface ComparedDocument extends RenderedDocument {
  state: 'current' | 'stale' | 'missing';
}

/** Each document compared with the file that is there, below `root`. */
export function compareDocuments(documents: readonly RenderedDocument[], root: string): ComparedDocument[] {
  return documents.map((document) => {
    const file = path.join(root, document.path);
    const there = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    const state = there === undefined ? 'missing' : there === document.text ? 'current' : 'stale';
    return { ...document, state };
  });
}

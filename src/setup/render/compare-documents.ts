/** A document that is made, not written; its path is relative to the repository. */
export interface RenderedDocument {
  path: string;
  text: string;
}

export interface ComparedDocument extends RenderedDocument {
  state: 'current' | 'stale' | 'missing';
}

/** Each document compared with the file that is there; `read` gives `undefined` for a file that isn't. */
export function compareDocuments(
  documents: readonly RenderedDocument[],
  read: (path: string) => string | undefined,
): ComparedDocument[] {
  return documents.map((document) => {
    const there = read(document.path);
    const state = there === undefined ? 'missing' : there === document.text ? 'current' : 'stale';
    return { ...document, state };
  });
}

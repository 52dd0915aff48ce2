/** What changed between two revisions of the content. */
export interface Changes {
  set: Record<string, unknown>;
  gone: string[];
}

interface Kept {
  json: string | undefined;
  value: unknown;
  revision: number;
}

export interface Content {
  revision(): number;
  /** Takes in the whole content; what differs from before gets a new revision. */
  put(view: ReadonlyMap<string, unknown>): void;
  /** What changed after a revision; all of it after 0. */
  since(revision: number): Changes;
}

/** Opens a content that knows of every key when it last changed, so that each viewer is sent what he lacks. */
export function openContent(): Content {
  const kept = new Map<string, Kept>();
  let revision = 0;
  return {
    revision: () => revision,
    put(view) {
      const next = revision + 1;
      let hasChanged = false;
      const keep = (key: string, json: string | undefined, value: unknown) => {
        if (kept.get(key)?.json === json) return;
        kept.set(key, { json, value, revision: next });
        hasChanged = true;
      };
      for (const [key, value] of view) keep(key, JSON.stringify(value), value);
      for (const key of kept.keys()) if (!view.has(key)) keep(key, undefined, undefined);
      if (hasChanged) revision = next;
    },
    since(before) {
      const changed = [...kept].filter(([, entry]) => entry.revision > before);
      const isThere = ([, { json }]: [string, Kept]) => json !== undefined;
      return {
        set: Object.fromEntries(changed.filter(isThere).map(([key, { value }]) => [key, value])),
        gone: before === 0 ? [] : changed.filter((entry) => !isThere(entry)).map(([key]) => key),
      };
    },
  };
}

/** Steps of `checks.db[0].status`, with or without `$.` before it. */
function steps(path: string): string[] {
  return path
    .replace(/^\$\.?/, '')
    .replace(/\[(?:"([^"]+)"|'([^']+)'|(\d+))\]/g, '.$1$2$3')
    .split('.')
    .filter((step) => step !== '');
}

/** The value at a path of a JSON document; `undefined` where there is none. */
export function valueAt(document: unknown, path: string): unknown {
  return steps(path).reduce<unknown>((value, step) => {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
    return (value as Record<string, unknown>)[step];
  }, document);
}

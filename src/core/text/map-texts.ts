/** The same plain value with every text in it changed, names of keys too. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  const deep = (inner: unknown): unknown => {
    if (typeof inner === 'string') return change(inner);
    if (Array.isArray(inner)) return inner.map(deep);
    if (inner === null || typeof inner !== 'object') return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, below]) => [change(key), deep(below)]));
  };
  return deep(value) as T;
}

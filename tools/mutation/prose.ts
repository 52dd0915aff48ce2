/** Whether people read it: a text with a blank in it that is no SQL. Ids, codes and units have none. */
const isProse = (text: string): boolean => /\S \S/.test(text) && !/\b(SELECT|INSERT|UPDATE)\b/.test(text);

interface Path {
  isStringLiteral(): boolean;
  node: { value?: unknown };
}

/** A plugin of Stryker that leaves prose as it is; texts with a value in them are mutated all the same. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'prose',
    value: {
      shouldIgnore: (path: Path): string | undefined =>
        path.isStringLiteral() && isProse(String(path.node.value)) ? 'people read it' : undefined,
    },
  },
];

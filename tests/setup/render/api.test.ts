import { expect, test } from 'vitest';
import { apiDocument } from '../../../src/setup/render/api-document.ts';
import { readDocument } from '../../docs/markdown.ts';

const sources: Record<string, string> = {
  'src/api/x.ts':
    "export { type Shape, make } from '../shapes/index.ts';\nexport { size } from './own.ts';\n",
  'src/api/own.ts': '/** How large. */\nexport const size = 3;\n',
  'src/shapes/index.ts': "export { make } from './make.ts';\nexport type { Shape } from './shape.ts';\n",
  'src/shapes/make.ts':
    '/**\n * Makes one,\n * or more.\n */\nexport function make(\n  name: string,\n): Shape {\n  return { name };\n}\n',
  'src/shapes/shape.ts':
    '/** Not this. */\ntype Other = 1;\n\nexport interface Shape {\n  /** Its name. */\n  name: string;\n}\n\nexport const after = 1;\n',
};
const made = apiDocument([{ specifier: 'vigil/x', file: 'src/api/x.ts' }], (file) => sources[file] ?? '');

test('each export stands with its sentence and its declaration, by name', () => {
  expect(made).toContain(
    '## vigil/x\n\n### make\n\nMakes one, or more.\n\n```typescript\nfunction make(\n  name: string,\n): Shape\n```',
  );
  expect(made).toContain(
    '### Shape\n\n```typescript\ninterface Shape {\n  /** Its name. */\n  name: string;\n}\n```',
  );
  expect(made).toContain('### size\n\nHow large.\n\n```typescript\nconst size = 3;\n```');
});

test('an export that nobody declares is a mistake, not a gap', () => {
  const read = () => "export { lost } from './nowhere.ts';\n";
  expect(() => apiDocument([{ specifier: 'x', file: 'src/api/x.ts' }], read)).toThrow();
});

test('every function that others import says what it does', () => {
  const silent = [
    ...readDocument('docs/api.md').matchAll(/### (\w+)\n\n```typescript\n(?:async )?function/g),
  ];
  expect(silent.map(([, name]) => name)).toEqual([]);
});

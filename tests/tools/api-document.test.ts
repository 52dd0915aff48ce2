import { expect, test } from 'vitest';
import { apiDocument } from '../../tools/api-document.ts';
import { readDocument } from '../docs/markdown.ts';
import { folderWith } from '../support/folder-with.ts';

const compilerOptions = {
  target: 'es2024',
  module: 'nodenext',
  allowImportingTsExtensions: true,
  noEmit: true,
  types: [],
};
const sources: Record<string, string> = {
  'tsconfig.json': JSON.stringify({ compilerOptions }),
  'package.json': JSON.stringify({ type: 'module' }),
  'api/x.ts':
    "export { type Shape, make, Worn } from '../shapes/index.ts';\nexport { size } from './own.ts';\n",
  'api/own.ts': '/** How large. */\nexport const size = 3;\n',
  'shapes/index.ts':
    "export { make } from './make.ts';\nexport type { Shape } from './shape.ts';\nexport { Worn } from './worn.ts';\n",
  'shapes/make.ts':
    "import type { Shape } from './shape.ts';\n/**\n * Makes one,\n * or more.\n * @throws RangeError without a name\n */\nexport function make(\n  name: string,\n) {\n  const shape: Shape = { name };\n  return shape;\n}\n",
  'shapes/shape.ts':
    '/** Not this. */\ntype Other = 1;\n\nexport interface Shape {\n  /** Its name. */\n  name: string;\n}\n\nexport const after = 1;\n',
  'shapes/worn.ts': 'export class Worn extends Error {\n  readonly since = 1;\n}\n',
};

function documentOf(files: Record<string, string>): string {
  return apiDocument(folderWith(files), [{ specifier: 'vigil/x', file: 'api/x.ts' }]);
}

test('each export stands with its sentence and its declaration, by name', () => {
  const made = documentOf(sources);
  expect(made).toContain(
    '## vigil/x\n\n### make\n\nMakes one, or more. @throws RangeError without a name\n\n```typescript\nfunction make(\n  name: string,\n): Shape\n```',
  );
  expect(made).toContain(
    '### Shape\n\n```typescript\ninterface Shape {\n  /** Its name. */\n  name: string;\n}\n```',
  );
  expect(made).toContain('### size\n\nHow large.\n\n```typescript\nconst size: 3\n```');
  expect(made).toContain('### Worn\n\n```typescript\nclass Worn extends Error { … }\n```');
});

test('an export that nobody declares is a mistake, not a gap', () => {
  expect(() => documentOf({ ...sources, 'api/x.ts': "export { lost } from './nowhere.ts';\n" })).toThrow(
    'lost',
  );
});

test('every function that others import says what it does', () => {
  const silent = [
    ...readDocument('docs/api.md').matchAll(/### (\w+)\n\n```typescript\n(?:async )?function/g),
  ];
  expect(silent.map(([, name]) => name)).toEqual([]);
});

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  isClassDeclaration,
  isFunctionDeclaration,
  isVariableDeclaration,
  type Node,
} from 'typescript/unstable/ast';
import { API, type Symbol as Named, type Project } from 'typescript/unstable/sync';

const root = fileURLToPath(new URL('..', import.meta.url));

const entries = [
  { specifier: 'vitest-vigil/config', file: 'src/api/config.ts' },
  { specifier: 'vitest-vigil/vitest', file: 'src/api/vitest.ts' },
  { specifier: 'vitest-vigil', file: 'src/api/index.ts' },
];

const head = `# API

<!-- made by npm run render from the sources of src/; change it there -->

What a suite or a program imports. How to use it is in [suites.md](suites.md), every key of the configuration in
[configuration.md](configuration.md).
`;

/** What a caller sees of a declaration: the head of a function or a class, the whole of a type, a value with its type. */
function codeOf(node: Node, { checker }: Project): string {
  const text = node.getText();
  if (isVariableDeclaration(node)) {
    const type = checker.getTypeAtLocation(node);
    return `const ${node.name.getText()}: ${type ? checker.typeToString(type, node) : 'unknown'}`;
  }
  if (isClassDeclaration(node)) return `${text.slice(0, text.indexOf('{')).trim()} { … }`;
  if (!isFunctionDeclaration(node) || !node.body) return text;
  const signature = text.slice(0, node.body.getStart() - node.getStart()).trim();
  if (node.type) return signature;
  const returned = checker.getSignatureFromDeclaration(node);
  const type = returned && checker.getReturnTypeOfSignature(returned);
  return type ? `${signature}: ${checker.typeToString(type, node)}` : signature;
}

function entryOf(exported: Named, project: Project): string {
  const { checker } = project;
  const symbol = checker.getAliasedSymbol(exported);
  const node = symbol.declarations[0]?.resolve(project);
  if (!node) throw new Error(`${exported.name} is exported, and no declaration of it was found`);
  const tags = checker.getJsDocTagsOfSymbol(symbol).map(({ name, text }) => `@${name} ${text}`);
  const comment = [checker.getDocumentationCommentOfSymbol(symbol), ...tags].join(' ').replaceAll('\n', ' ');
  const code = codeOf(node, project).replace(/^export /, '');
  return [
    `### ${exported.name}\n`,
    ...(comment.trim() === '' ? [] : [`${comment.trim()}\n`]),
    `\`\`\`typescript\n${code}\n\`\`\`\n`,
  ].join('\n');
}

function sectionOf(specifier: string, file: string, project: Project): string {
  const module = project.program.getSourceFile(file);
  const symbol = module && project.checker.getSymbolAtLocation(module);
  if (!symbol) throw new Error(`${file} is no module of ${project.configFileName}`);
  const exported = project.checker
    .getExportsOfModule(symbol)
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
    .map((one) => entryOf(one, project));
  return [`## ${specifier}\n`, ...exported].join('\n');
}

/** The reference of what modules export: each name with the sentence above its declaration, as the compiler reads them. */
export function apiDocument(folder: string, modules: readonly { specifier: string; file: string }[]): string {
  const api = new API({ cwd: folder });
  try {
    const config = path.join(folder, 'tsconfig.json');
    const project = api.updateSnapshot({ openProject: config }).getProject(config);
    if (!project) throw new Error(`${config} was not read`);
    const sections = modules.map(({ specifier, file }) =>
      sectionOf(specifier, path.join(folder, file), project),
    );
    return [head, ...sections].join('\n');
  } finally {
    api.close();
  }
}

if (import.meta.main) {
  const file = path.join(root, 'docs/api.md');
  const text = apiDocument(root, entries);
  const isCurrent = readFileSync(file, 'utf8') === text;
  if (process.argv.includes('--check')) {
    if (!isCurrent) process.stderr.write('docs/api.md is stale; run: npm run render\n');
    process.exitCode = isCurrent ? 0 : 1;
  } else if (!isCurrent) writeFileSync(file, text);
}

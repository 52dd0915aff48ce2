import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';
import { bundlePage } from './bundle-page.ts';

/** What is not bundled: Node's own, what a user has installed himself, and what stands in our declarations. */
const external = /^(node:|vitest(\/|$)|vite(\/|$)|zod(\/|$)|pg$)/;

/** What a bundled package names and nobody uses here: the SDK in the reference target exports over HTTP, never by gRPC. */
const unused = '@grpc/grpc-js';

const imports =
  /(?:^import\s+(?<clause>[^'"]*?)\s*from\s*|^export\s+(?<reexport>\{[^}]*\})\s*from\s*|(?<dynamic>\bimport\())'(?<name>[^'.][^']*)'/gm;

/** What our files import of a package: names, or all of it. */
interface Use {
  names: Set<string>;
  isWhole: boolean;
}

/** The names in `a, { b as c, d }`; undefined for `* as a`. */
function namesIn(clause: string): string[] | undefined {
  if (clause.includes('*')) return undefined;
  const [, before = '', inner = ''] = /^([^{]*)(?:\{([^}]*)\})?/.exec(clause) ?? [];
  const named = inner.split(',').map((one) => one.trim().split(/\s+as\s+/, 1)[0] ?? '');
  return [...(before.replace(',', '').trim() ? ['default'] : []), ...named.filter((one) => one !== '')];
}

/** Every package that the files of a folder import. */
function usesIn(dist: string, files: readonly string[]): Map<string, Use> {
  const uses = new Map<string, Use>();
  for (const file of files) {
    for (const { groups } of readFileSync(path.join(dist, file), 'utf8').matchAll(imports)) {
      const { name = '', clause, reexport, dynamic } = groups ?? {};
      if (external.test(name)) continue;
      const use = uses.get(name) ?? { names: new Set(), isWhole: false };
      const names = dynamic ? undefined : namesIn(clause ?? reexport ?? '');
      if (names) for (const one of names) use.names.add(one);
      else use.isWhole = true;
      uses.set(name, use);
    }
  }
  return uses;
}

const slugOf = (name: string): string =>
  name
    .replace(/^@/, '')
    .replaceAll(/[^\w.-]/g, '-')
    .replace(/\.js$/, '');

/** A module that gives what is used of a package and nothing else, so that the rest of it can be left out. */
async function entryText(name: string, { names, isWhole }: Use): Promise<string> {
  // What a package that is no ES module exports, only Node itself can tell.
  const all = isWhole ? Object.keys(await import(name)).filter((one) => one !== 'module.exports') : [];
  return `export { ${[...new Set([...names, ...all])].join(', ')} } from ${JSON.stringify(name)};`;
}

/** The folder of the package that a module belongs to. */
const packageOf = (module: string): string | undefined =>
  /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1];

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const [file] = globSync('{LICEN[CS]E,licen[cs]e,COPYING}*', { cwd: folder });
  const text = file ? readFileSync(path.join(folder, file), 'utf8').trim() : '';
  return `${name} ${version}, ${typeof license === 'string' ? license : 'see below'}\n\n${text}\n`;
}

/** Writes what a browser loads of the page; says of which modules it was made. */
async function writePage(root: string, dist: string): Promise<string[]> {
  const { files, modules } = await bundlePage(root);
  for (const [name, text] of Object.entries(files))
    writeFileSync(path.join(dist, 'src/views/page/assets', name), text);
  return modules;
}

/**
 * Puts all packages that the files of `dist` import into `dist/packages/`, without what nobody uses of them, has the files
 * import them from there, and writes everybody's licence.
 */
export async function bundlePackages(root: string, dist: string): Promise<void> {
  const files = globSync('**/*.{js,mjs}', { cwd: dist, exclude: ['**/assets/**'] });
  const uses = usesIn(dist, files);
  const entryOf = (name: string) => path.join(root, `entry-${slugOf(name)}.mjs`);
  const entries = new Map<string, string>();
  for (const [name, use] of uses) entries.set(entryOf(name), await entryText(name, use));
  const bundle = await rolldown({
    cwd: root,
    platform: 'node',
    external,
    input: Object.fromEntries([...uses.keys()].map((name) => [slugOf(name), entryOf(name)])),
    preserveEntrySignatures: 'allow-extension',
    plugins: [
      {
        name: 'entries',
        resolveId: (id) => (entries.has(id) || id === unused ? id : undefined),
        load: (id) => (id === unused ? 'module.exports = {};' : entries.get(id)),
      },
    ],
  });
  const { output } = await bundle.write({
    dir: path.join(dist, 'packages'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared-[hash].js',
    comments: false,
    // Their names stay as they are: some tell what a function is, and all are what a stack shows.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  });
  for (const file of files) {
    const at = path.join(dist, file);
    const text = readFileSync(at, 'utf8');
    const changed = text.replaceAll(imports, (whole, ...rest) => {
      const { name } = rest.at(-1) as { name: string };
      if (!uses.has(name)) return whole;
      const to = path.relative(path.dirname(at), path.join(dist, 'packages', `${slugOf(name)}.js`));
      return whole.replace(`'${name}'`, `'${to.startsWith('.') ? to : `./${to}`}'`);
    });
    if (changed !== text) writeFileSync(at, changed);
  }
  const modules = output
    .filter((one): one is OutputChunk => one.type === 'chunk')
    .flatMap(({ moduleIds }) => moduleIds);
  const all = [...modules, ...(await writePage(root, dist))];
  const folders = new Set(all.map(packageOf));
  const licences = [...folders]
    .filter((one) => one !== undefined && existsSync(`${one}/package.json`))
    .sort();
  const text = licences.map((folder) => licenceOf(folder as string)).join(`\n${'-'.repeat(72)}\n\n`);
  writeFileSync(path.join(dist, 'THIRD-PARTY-LICENSES.txt'), text);
}

import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Locked {
  integrity?: string;
  resolved?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
  peer?: boolean;
  hasInstallScript?: boolean;
  version?: string;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));
const lock = read('package-lock.json') as { lockfileVersion: number; packages: Record<string, Locked> };
const manifest = read('package.json') as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};
const packages = Object.entries(lock.packages).filter(([name]) => name !== '');

test('every package is pinned by its hash, and none comes from elsewhere than a registry', () => {
  expect(lock.lockfileVersion).toBe(3);
  expect(packages.length).toBeGreaterThan(100);
  const loose = packages.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''));
  expect(loose.map(([name]) => name)).toEqual([]);
  expect(packages.filter(([, { link }]) => link).map(([name]) => name)).toEqual([]);
  // Without an address it comes from whatever registry is configured; its hash is the same everywhere.
  const elsewhere = packages.filter(
    ([, { resolved }]) => resolved && !/^https:\/\/registry\.npmjs\.org\/.*\.tgz$/.test(resolved),
  );
  expect(elsewhere.map(([name]) => name)).toEqual([]);
  for (const range of Object.values({ ...manifest.dependencies, ...manifest.devDependencies }))
    expect(range).toMatch(/^(?:npm:[\w-]+@)?[\^~]?\d/);
});

test('no package runs a script on installation but those that are allowed by name', () => {
  const scripted = packages
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([name]) => name.split('node_modules/').at(-1) ?? '');
  const refused = scripted.filter((name) => manifest.allowScripts[name] === undefined);
  expect(refused).toEqual([]);
  expect(Object.keys(manifest.allowScripts).filter((name) => manifest.allowScripts[name])).toEqual(['node']);
});

test('what is installed beside Vigil stays few', () => {
  const shipped = packages.filter(([, { dev, optional, peer }]) => !dev && !optional && !peer);
  expect(shipped.length).toBeGreaterThan(0);
  expect(shipped.length).toBeLessThanOrEqual(5);
});

test('no text runs or installs the package of the name vigil, which is somebody else’s', () => {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const folders = '{bin,docs,examples,fixtures/genesis,health-tests,monitoring,scripts,src}';
  const texts = globSync(['{README,CONTRIBUTING}.md', 'action.yml', `${folders}/**/*.*`], { cwd });
  expect(texts.length).toBeGreaterThan(500);
  const theirs =
    /\b(?:npx|npm (?:i|install|exec|x)|pnpm (?:add|dlx)|yarn (?:add|dlx))(?: -\S+)* vigil\b(?!-)/;
  expect('npx --no vigil gate').toMatch(theirs);
  expect(texts.filter((file) => theirs.test(readFileSync(`${cwd}/${file}`, 'utf8')))).toEqual([]);
});

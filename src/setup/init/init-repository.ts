import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { messageOf, printable, VigilError } from '../../core/index.ts';
import type { InitResult } from '../command-documents.ts';
import { containerFiles } from './container-files.ts';
import type { Discovered } from './discover.ts';

interface InitFile {
  /** Relative to the repository. */
  path: string;
  text: string;
  /** Files of which one is enough; any of them there means that this one isn't written. */
  insteadOf?: RegExp;
}

const template = (name: string): string =>
  readFileSync(new URL(`templates/${name}`, import.meta.url), 'utf8');

/** A text as TypeScript writes it. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** What is watched, as keys of the configuration: all that was found of the service. */
function watchedText(url: string, found: Discovered | undefined, bearer: string | undefined): string {
  const { health, metrics, traffic, release } = found ?? {};
  if (!health && !metrics && !bearer) return `  target: { url: ${quoted(url)} },`;
  const selectors = typeof traffic === 'object' ? Object.entries(traffic) : [];
  const byHand = selectors.map(([key, text]) => `${key}: ${quoted(text)}`).join(', ');
  const lines = [
    `url: ${quoted(url)}`,
    ...(bearer ? [`auth: { bearer: ${quoted(bearer)} }`] : []),
    ...(health ? [`health: ${quoted(health)}`] : []),
    ...(metrics ? [`metrics: ${quoted(metrics)}`] : []),
    ...(typeof traffic === 'string' ? [`traffic: ${quoted(traffic)}`] : []),
    ...(byHand === '' ? [] : [`traffic: { ${byHand} }`]),
    ...(release ? [`release: { path: ${quoted(release.path)}, json: ${quoted(release.json)} }`] : []),
  ];
  return `  services: {\n    service: {\n${lines.map((line) => `      ${line},\n`).join('')}    },\n  },`;
}

/** The files that make a repository watch its own service, in the order in which one reads them. */
export function initFiles({
  url,
  isModule,
  ci,
  container,
  found,
  bearer,
}: {
  url: string;
  isModule: boolean;
  ci: boolean;
  container?: ReturnType<typeof containerFiles> | undefined;
  found?: Discovered | undefined;
  /** The reference of a token that the service is shown. */
  bearer?: string | undefined;
}): InitFile[] {
  const ending = isModule ? 'ts' : 'mts';
  const isRefused = (found?.status ?? 0) >= 400;
  const values: Record<string, string> = {
    ...container?.values,
    watched: watchedText(url, found, bearer),
    // A service may have nothing at its address itself.
    path: isRefused && found?.health !== undefined ? found.health : '/',
    // Where nothing better was found a service is not called broken for what it answers there while it is well.
    limit: isRefused && found?.health === undefined && (found?.status ?? 0) < 500 ? '500' : '400',
  };
  const files: (Omit<InitFile, 'text'> & { from: string })[] = [
    { path: `vigil.config.${ending}`, from: 'vigil.config.ts.txt', insteadOf: /^vigil\.config\.\w+$/ },
    {
      path: `health-tests/vitest.config.${ending}`,
      from: 'vitest.config.ts.txt',
      insteadOf: /^vitest\.config\.\w+$/,
    },
    {
      path: 'health-tests/service.check.ts',
      from: 'service.check.ts.txt',
      insteadOf: /\.check\.[cm]?[jt]s$/,
    },
    {
      path: 'health-tests/checks.json',
      from: 'checks.json',
      insteadOf: /\.check\.[cm]?[jt]s$|^checks\.json$/,
    },
    ...(ci ? [{ path: '.github/workflows/vigil.yml', from: 'workflow.yaml' }] : []),
    ...(container?.files ?? []),
  ];
  return files.map(({ from, ...file }) => ({
    ...file,
    text: template(from).replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
  }));
}

/** Whether Node takes the `.ts` files of the folder for modules; a package that says nothing makes it guess, with a warning. */
function isModule(folder: string): boolean {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) return false;
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { type?: string }).type === 'module';
  } catch (thrown) {
    throw new VigilError('CONFIG_INVALID', `${file} can’t be read: ${messageOf(thrown)}`);
  }
}

/** The file that stands where one would be written, or takes its place under another name. */
function thereAlready(folder: string, file: InitFile): string | undefined {
  const target = path.join(folder, file.path);
  if (existsSync(target)) return file.path;
  const parent = path.dirname(target);
  const names = existsSync(parent) ? readdirSync(parent) : [];
  const other = file.insteadOf && names.find((name) => file.insteadOf?.test(name));
  return other && path.join(path.dirname(file.path), other);
}

function missingPackages(folder: string): string[] {
  const require = createRequire(path.join(folder, 'package.json'));
  return ['vitest-vigil', 'vitest'].filter((name) => {
    try {
      require.resolve(`${name}/package.json`);
      return false;
    } catch {
      return true;
    }
  });
}

function nextSteps(folder: string, url: string, docker: boolean, configuration: string): string[] {
  const missing = missingPackages(folder);
  const own = readdirSync(folder).find((name) => /^vitest\.(config|workspace)\.\w+$/.test(name));
  const ignored = path.join(folder, '.gitignore');
  const ignores = existsSync(ignored) && /^\/?reports\/?\*?$/m.test(readFileSync(ignored, 'utf8'));
  return [
    ...(missing.length > 0 ? [`npm install --save-dev ${missing.join(' ')}`] : []),
    `npx vitest-vigil monitor        # one cycle against ${url}`,
    ...(ignores ? [] : ["echo 'reports/' >> .gitignore"]),
    // Which of them may be run against production is not known here.
    ...(own
      ? [`# the tests of ${own} can be the checks instead: suite: { root: '.' } in ${configuration}`]
      : []),
    ...(docker ? ['docker compose --file vigil.compose.yaml up --build --detach'] : []),
  ];
}

/** Writes what a repository needs to watch its own service, with a CI step where GitHub is used. Overwrites nothing. */
export function initRepository(
  folder: string,
  {
    url,
    ci,
    docker = false,
    found,
    bearer,
  }: { url: string; ci: boolean; docker?: boolean } & Pick<
    Parameters<typeof initFiles>[0],
    'found' | 'bearer'
  >,
): InitResult {
  const ofModule = isModule(folder);
  const there = readdirSync(folder).find((name) => /^vigil\.config\.\w+$/.test(name));
  const configuration = there ?? `vigil.config.${ofModule ? 'ts' : 'mts'}`;
  const wanted = initFiles({
    url,
    found,
    bearer,
    isModule: ofModule,
    container: docker ? containerFiles(folder, configuration) : undefined,
    ci: ci || existsSync(path.join(folder, '.github')),
  });
  // Decided before anything is written, so that no file stands in another's way.
  const planned = wanted.map((file) => ({ file, other: thereAlready(folder, file) }));
  const files = planned.map(({ file, other }): InitResult['files'][number] => {
    if (other !== undefined) return { path: file.path, state: 'kept', because: other };
    const target = path.join(folder, file.path);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, file.text, { flag: 'wx' });
    return { path: file.path, state: 'written' };
  });
  return { files, missing: found?.missing ?? [], next: nextSteps(folder, url, docker, configuration) };
}

/** What was done and is left to do, for a person. */
export function initText({ files, missing, next }: InitResult): string {
  const lines = files.map(({ path: file, state, because }) =>
    because === undefined || because === file
      ? `  ${state.padEnd(8)}${file}`
      : `  kept    ${because}, so ${file} was not written`,
  );
  const notFound = missing.length === 0 ? [] : ['', 'Not found:', ...missing.map((what) => `  ${what}`)];
  return `${printable([...lines, ...notFound, '', 'Now:', ...next.map((step) => `  ${step}`)].join('\n'))}\n`;
}

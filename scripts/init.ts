import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { printable } from '../src/core/index.ts';
import { type InitFile, initFiles } from '../src/setup/index.ts';
import { invalid } from './values.ts';

interface InitOptions {
  url?: string;
  yes?: boolean;
  ci?: boolean;
  json?: boolean;
}

const usualUrl = 'http://127.0.0.1:3000';

function checkedUrl(text: string): string {
  const url = URL.parse(text.trim());
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.trim().replace(/\/+$/, '');
  throw invalid('--url', text, 'an address such as https://shop.example.com');
}

async function askUrl(): Promise<string> {
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await dialogue.question(`Which address shall be watched? (${usualUrl}) `);
    return answer.trim() || usualUrl;
  } finally {
    dialogue.close();
  }
}

/** Whether Node takes the `.ts` files of the folder for modules; a package that says nothing makes it guess, with a warning. */
function isModule(folder: string): boolean {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) return false;
  return (JSON.parse(readFileSync(file, 'utf8')) as { type?: string }).type === 'module';
}

/** The file that stands where one would be written, or takes its place under another name. */
function thereAlready(folder: string, file: InitFile): string | undefined {
  const target = path.join(folder, file.path);
  if (existsSync(target)) return file.path;
  const beside = path.dirname(target);
  const names = existsSync(beside) ? readdirSync(beside) : [];
  const other = file.insteadOf && names.find((name) => file.insteadOf?.test(name));
  return other && path.join(path.dirname(file.path), other);
}

function missingPackages(folder: string): string[] {
  const require = createRequire(path.join(folder, 'package.json'));
  return ['vigil', 'vitest'].filter((name) => {
    try {
      require.resolve(`${name}/package.json`);
      return false;
    } catch {
      return true;
    }
  });
}

interface Done {
  path: string;
  state: 'written' | 'kept';
  because?: string;
}

/** Writes what isn't there; what it finds is decided before anything is written, so that no file stands in another's way. */
function write(folder: string, files: readonly InitFile[]): Done[] {
  const planned = files.map((file) => ({ file, other: thereAlready(folder, file) }));
  return planned.map(({ file, other }) => {
    if (other !== undefined) return { path: file.path, state: 'kept', because: other };
    const target = path.join(folder, file.path);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, file.text, { flag: 'wx' });
    return { path: file.path, state: 'written' };
  });
}

function nextSteps(folder: string, url: string): string[] {
  const missing = missingPackages(folder);
  const ignored = path.join(folder, '.gitignore');
  const ignores = existsSync(ignored) && /^\/?reports\/?\*?$/m.test(readFileSync(ignored, 'utf8'));
  return [
    ...(missing.length > 0 ? [`npm install --save-dev ${missing.join(' ')}`] : []),
    `npx vigil monitor        # one cycle against ${url}`,
    ...(ignores ? [] : ["echo 'reports/' >> .gitignore"]),
  ];
}

/** `vigil init`: what a repository needs to watch its own service. Overwrites nothing. */
export async function runInit(args: InitOptions): Promise<void> {
  const folder = process.cwd();
  const mayAsk = !args.yes && !args.json && process.stdin.isTTY === true;
  const url = checkedUrl(args.url ?? (mayAsk ? await askUrl() : usualUrl));
  const ci = args.ci === true || existsSync(path.join(folder, '.github'));
  const done = write(folder, initFiles({ url, isModule: isModule(folder), ci }));
  const next = nextSteps(folder, url);
  if (args.json) {
    process.stdout.write(`${JSON.stringify({ version: 1, url, files: done, next }, null, 2)}\n`);
    return;
  }
  const lines = done.map(({ path: file, state, because }) =>
    because === undefined || because === file
      ? `  ${state.padEnd(8)}${file}`
      : `  kept    ${because}, so ${file} was not written`,
  );
  process.stdout.write(
    `${printable([...lines, '', 'Now:', ...next.map((step) => `  ${step}`)].join('\n'))}\n`,
  );
}

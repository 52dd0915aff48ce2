import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { CommandBlock } from './command-blocks.ts';
import { root } from './markdown.ts';

/** How the commands of the documents differ here from what a person types; short, and all of it. */
export interface Differences {
  /** Text that is replaced in a command, with the reason. */
  substitutions: { from: string | RegExp; to: string; why: string }[];
  /** Variables that a person doesn't set. */
  variables: { name: string; value: string; why: string }[];
  /** Commands that go on until they are ended: they run beside what follows, from the moment that they say this. */
  stays: { command: RegExp; says: RegExp }[];
}

export interface Ran {
  file: string;
  line: number;
  text: string;
  code: number;
  output: string;
}

/** A copy of the repository as a clone would be, on a machine without any network but its own loopback, and with its own processes. */
export interface World {
  clone: string;
  /** Where everything temporary of its programs lies. */
  temporary: string;
  substitute(more: Differences['substitutions'][number]): void;
  /** Runs the blocks of one document in one shell, as a person would who reads it from top to bottom. */
  run(blocks: readonly CommandBlock[], options?: { leave?: boolean }): Promise<Ran[]>;
  /** One command, for its output. */
  ask(text: string): Promise<string>;
  close(): void;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The shell's own part: runs a command, keeps what it printed and how it ended. */
const helpers = (out: string) => `
set -m -o pipefail
step() { eval "$2" >${out}/$1.out 2>&1 </dev/null; echo "$?" >${out}/$1.code; }
stay() {
  eval "$2" >${out}/$1.out 2>&1 </dev/null &
  staying="$staying $!"
  for _ in $(seq 300); do
    if grep -qE "$3" ${out}/$1.out; then echo 0 >${out}/$1.code; return; fi
    kill -0 $! 2>/dev/null || break
    sleep 0.2
  done
  echo 99 >${out}/$1.code
}
end_staying() {
  for pid in $staying; do kill -INT -- "-$pid" 2>/dev/null; done
  for pid in $staying; do wait "$pid" 2>/dev/null; done
  staying=
}
`;

function copyRepository(folder: string): string {
  const clone = path.join(folder, 'vigil');
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of files.split('\0').filter(Boolean)) {
    mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(clone, file));
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(clone, 'node_modules'));
  return clone;
}

/** Opens such a machine. Ports are those of the documents, and meet nobody's. */
export function openWorld({ substitutions, variables, stays }: Differences): World {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-docs-'));
  const clone = copyRepository(folder);
  const temporary = path.join(folder, 'tmp');
  mkdirSync(temporary);
  const isRoot = process.getuid?.() === 0;
  const separate = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const { VITEST: _, NODE_OPTIONS: __, ...around } = process.env;
  const set = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  const shell: ChildProcess = spawn(
    'unshare',
    [...(isRoot ? [] : ['--map-root-user']), ...separate, 'bash', '-c', 'ip link set lo up && exec bash'],
    {
      cwd: clone,
      env: { ...around, ...set, NO_COLOR: '1', TMPDIR: temporary },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = shell.stdout ? createInterface({ input: shell.stdout }) : undefined;
  let made = 0;
  const next = (prefix: string) => `${prefix}-${++made}`;

  /** Runs a script in a bash of its own, to its end. */
  const script = (text: string): Promise<void> => {
    const file = path.join(folder, next('script'));
    writeFileSync(file, text);
    return new Promise((resolve, reject) => {
      const onLine = (line: string) => {
        if (line !== file) return;
        shell.off('exit', onExit);
        lines?.off('line', onLine);
        resolve();
      };
      const onExit = () => reject(new Error('the shell of the documents has ended'));
      lines?.on('line', onLine);
      shell.once('exit', onExit);
      shell.stdin?.write(`bash ${file} </dev/null >${file}.log 2>&1; echo ${file}\n`);
    });
  };

  const replaced = [...substitutions];
  const typed = (text: string) =>
    replaced.reduce((command, { from, to }) => command.replaceAll(from, to), text);
  const seen = new Set<string>();

  return {
    clone,
    temporary,
    substitute: (more) => void replaced.push(more),
    async run(blocks, { leave = false } = {}) {
      const out = path.join(folder, next('out'));
      mkdirSync(out);
      const steps: Omit<Ran, 'code' | 'output'>[] = [];
      const parts = [helpers(out)];
      for (const block of blocks.filter(({ needs }) => needs === undefined)) {
        parts.push(`cd ${clone}`);
        for (const { line, text } of block.commands) {
          const bare = typed(text.replace(/ +# .*$| &$/, ''));
          const stay = stays.find(({ command }) => command.test(bare));
          // What sets something is for this shell; what asks was answered already.
          if (bare === 'true' || (!stay && seen.has(bare) && !/^(\w+=|cd |export )/.test(bare))) continue;
          seen.add(bare);
          if (stay) parts.push('end_staying');
          const act = stay
            ? `stay ${steps.length} %s ${quoted(stay.says.source)}`
            : `step ${steps.length} %s`;
          parts.push(act.replace('%s', () => quoted(bare)));
          steps.push({ file: block.file, line, text: bare });
        }
      }
      if (!leave) parts.push('end_staying');
      await script(parts.join('\n'));
      const kept = (name: string) => readFileSync(path.join(out, name), 'utf8');
      return steps.map((step, index) => ({
        ...step,
        code: Number(kept(`${index}.code`)),
        output: kept(`${index}.out`),
      }));
    },
    async ask(text) {
      const out = path.join(folder, next('answer'));
      await script(`cd ${clone}\n{ ${text}\n} >${out} 2>&1`);
      return readFileSync(out, 'utf8');
    },
    close() {
      shell.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

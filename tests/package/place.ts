import { spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { collected } from '../support/collected.ts';
import type { Ran } from './install.ts';

/** Where and as whom something runs: a root file system of its own, which nobody can write, with its own network and processes. */
export interface Place {
  /** Number of the user and of its group. */
  user: number;
  /** All of it: nothing of ours is there. */
  env: Record<string, string>;
  cwd: string;
  /** What is in it besides the system's programs, by its path there; of this machine. */
  has: Record<string, string>;
  /** Paths there, as `has`, that can be written; by root alone, unless whose folder it is says otherwise. */
  writable?: Record<string, string>;
  /** Folders there that are empty and that everybody may write. */
  temporary: readonly string[];
  umask?: string;
}

/** Where this Node is there. */
export const node = '/node/bin/node';

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Users that a small image knows; any other has neither a name nor a home. */
const passwd = `root:x:0:0:root:/root:/bin/sh
node:x:1000:1000::/home/node:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;

function bound([there, here]: [string, string], options: string): string {
  const make = lstatSync(here).isDirectory() ? 'mkdir -p "$at"' : ': >"$at"';
  return [
    `at="$root"${quoted(there)}`,
    'mkdir -p "$(dirname "$at")"',
    `[ -e "$at" ] || ${make}`,
    `mount --bind ${quoted(here)} "$at"`,
    `mount -o remount,bind,${options} "$at"`,
  ].join('\n');
}

function systemFolder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  if (lstatSync(folder).isSymbolicLink()) return [`cp -a ${folder} "$root${folder}"`];
  return [bound([folder, folder], 'ro')];
}

/** What makes the place in a mount namespace, and goes on in it as its user. */
function script(place: Place, root: string): string {
  const pairs = Object.entries(place.env).map(([name, value]) => quoted(`${name}=${value}`));
  return [
    'set -e',
    `root=${quoted(root)}`,
    'ip link set lo up',
    'mount -t tmpfs -o mode=755 none "$root"',
    'mkdir "$root/proc" "$root/dev" "$root/etc" "$root/home" "$root/home/node" "$root/root"',
    ...['/usr', '/bin', '/sbin', '/lib', '/lib64'].flatMap(systemFolder),
    'mount -t proc none "$root/proc"',
    'mount --rbind /dev "$root/dev"',
    `printf %s ${quoted(passwd)} >"$root/etc/passwd"`,
    bound([node, process.execPath], 'ro'),
    ...Object.entries(place.has).map((one) => bound(one, 'ro')),
    ...Object.entries(place.writable ?? {}).map((one) => bound(one, 'rw')),
    ...place.temporary.map(
      (folder) => `mkdir -p "$root${folder}"; mount -t tmpfs -o mode=1777 none "$root${folder}"`,
    ),
    'mount -o remount,ro "$root"',
    `umask ${place.umask ?? '022'}`,
    `user='--reuid ${place.user} --regid ${place.user} --clear-groups'`,
    'alone="--no-new-privs --bounding-set=-all --inh-caps=-all"',
    `exec chroot "$root" setpriv $user $alone -- env -i -C ${quoted(place.cwd)} ${pairs.join(' ')} "$@"`,
  ].join('\n');
}

/** Runs a command there to its end; whatever it started ends with it. `folder` is where the place may be built. */
export function runIn(place: Place, command: readonly string[], folder: string): Promise<Ran> {
  const root = path.join(folder, 'root');
  mkdirSync(root, { recursive: true });
  const separate = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
  const child = spawn('unshare', [...separate, 'sh', '-c', script(place, root), 'place', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  return collected(child).ended;
}

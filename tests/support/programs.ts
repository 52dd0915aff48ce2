import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Every program that tests start for real, with the Debian package that brings it. A test that starts one carries its
 * name as a tag, and is skipped by `npm test` where the program is missing; `npm run test:all` installs the packages.
 */
export const packageOf = {
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
  'prometheus-node-exporter': 'prometheus-node-exporter',
  'prometheus-blackbox-exporter': 'prometheus-blackbox-exporter',
  'victoria-metrics': 'victoria-metrics',
  vmagent: 'victoria-metrics',
  vmalert: 'victoria-metrics',
  chromium: 'chromium',
  postgres: 'postgresql',
  psql: 'postgresql-client',
  pg_dump: 'postgresql-client',
  'pytest-3': 'python3-pytest',
  bats: 'bats',
  ctest: 'cmake',
  /** A module of Perl's, by which prove writes JUnit. */
  'TAP::Formatter::JUnit': 'libtap-formatter-junit-perl',
  'systemd-analyze': 'systemd',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  ip: 'iproute2',
  ps: 'procps',
  curl: 'curl',
  faketime: 'faketime',
  git: 'git',
  jq: 'jq',
  nginx: 'nginx-light',
  openssl: 'openssl',
  /** A module of Python's, which a service of a test needs. */
  prometheus_client: 'python3-prometheus-client',
  sqlite3: 'sqlite3',
} as const;

export type Program = keyof typeof packageOf;

export const programs = Object.keys(packageOf) as Program[];

/** Debian keeps PostgreSQL's server out of the PATH, in a folder for each version. */
const postgres = '/usr/lib/postgresql';

function folders(): string[] {
  const versions = existsSync(postgres) ? readdirSync(postgres) : [];
  return [
    ...(process.env.PATH ?? '').split(path.delimiter),
    ...versions.sort((a, b) => Number(b) - Number(a)).map((version) => path.join(postgres, version, 'bin')),
    '/usr/lib/python3/dist-packages',
    '/usr/share/perl5',
    // A user's PATH on Debian does not name it; `ip` is there.
    '/usr/sbin',
  ].filter((folder) => folder !== '' && folder !== '/snap/bin');
}

/** Where a program is, or undefined. A snap does not count: it can't read what tests put into /tmp. */
export function findProgram(name: string): string | undefined {
  return folders()
    .map((folder) => path.join(folder, name.replaceAll('::', '/')))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false; // not in this folder
      }
    });
}

/** The same, for a test that can't go on without it. */
export function requireProgram(name: string): string {
  const found = findProgram(name);
  if (found === undefined) throw new Error(`${name} is needed; npm run test:all installs it`);
  return found;
}

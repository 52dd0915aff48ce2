import { existsSync } from 'node:fs';
import path from 'node:path';

/** How the packages of a repository are installed, by the lock file that it has. */
const installers = [
  { lock: 'package-lock.json', install: 'npm ci' },
  { lock: 'pnpm-lock.yaml', install: 'npm install --global pnpm && pnpm install --frozen-lockfile' },
  { lock: 'yarn.lock', install: 'yarn install --frozen-lockfile' },
];

/** What a container of the suite is made of, and the values that its templates name. */
export function containerFiles(folder: string, configuration: string) {
  const found = installers.find(({ lock }) => existsSync(path.join(folder, lock)));
  return {
    values: {
      configuration,
      manifests: ['package.json', found?.lock].filter(Boolean).join(' '),
      install: found?.install ?? 'npm install',
    },
    files: [
      { path: 'vigil.Dockerfile', from: 'vigil.dockerfile' },
      { path: 'vigil.Dockerfile.dockerignore', from: 'vigil.dockerignore' },
      { path: 'vigil.compose.yaml', from: 'compose.yaml' },
    ],
  };
}

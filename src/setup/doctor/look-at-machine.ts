import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import {
  holderText,
  lockHolder,
  requireLocks,
  requireReports,
  requireTemporaryFolder,
  type VigilConfig,
  VigilError,
} from '../../core/index.ts';
import { askRecorded, loopLockFile } from '../../history/index.ts';
import type { Finding } from '../command-documents.ts';
import { look } from './finding.ts';

async function lookAtFolder(folder: string): Promise<Finding> {
  let warning: string | undefined;
  const found = await look('reports', () => {
    requireReports(folder);
    warning = requireLocks(folder);
    return `${folder} can be written`;
  });
  return warning === undefined ? found : { ...found, state: 'warning', detail: warning };
}

/** Listens for a moment. @throws VigilError when the port can't be had */
function free(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (thrown: NodeJS.ErrnoException) =>
      reject(
        new VigilError('HARNESS', `${host}:${port} can’t be listened on: ${thrown.code}`, {
          hint: 'name another with --port, or stop the process that listens there',
        }),
      ),
    );
    server.listen({ host, port }, () => server.close(() => resolve(`${host}:${port} is free`)));
  });
}

/** Node, the folder of the evidence, its history, and the port of the loop. */
export async function lookAtMachine(
  config: VigilConfig,
  { host, port, nodeVersion }: { host: string; port: number; nodeVersion: string },
): Promise<Finding[]> {
  const { reports } = config;
  const loop = lockHolder(loopLockFile(reports));
  return Promise.all([
    // An older one is refused before anything is loaded.
    look('node', () => `version ${nodeVersion}`),
    lookAtFolder(reports),
    look('temporary files', () => {
      requireTemporaryFolder();
      return `${tmpdir()} can be written`;
    }),
    look('history', () => {
      const [row] = askRecorded(reports, (reader) => reader.query('SELECT count(*) AS n FROM cycles')) ?? [];
      return row ? `${row.n} cycles` : 'none yet: the loop begins one';
    }),
    loop
      ? {
          subject: 'port',
          state: 'ok',
          detail: `a loop watches here: ${holderText(loop)}`,
        }
      : look('port', () => free(host, port)),
  ]);
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { VigilError } from '../../src/core/errors.ts';

/** A real HTTP server on a free port, or on a unix socket, until the test ends. */
export async function httpServer(handler: http.RequestListener, socket?: string): Promise<string> {
  const server = http.createServer(handler);
  if (socket) server.listen(socket);
  else server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return socket ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers by path with a status and a JSON value; other paths get 404. */
export function answering(routes: Record<string, [status: number, body: unknown]>): http.RequestListener {
  return (request, response) => {
    const [status, body] = routes[(request.url ?? '').split('?')[0] ?? ''] ?? [404, { message: 'not found' }];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** A server that speaks bytes, for everything that HTTP servers refuse to do. */
export async function rawServer(onSocket: (socket: net.Socket) => void): Promise<string> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vigil-target-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The VigilError that a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<VigilError> {
  const thrown = await promise.then(
    (value) => new Error(`it answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (thrown instanceof VigilError) return thrown;
  throw thrown;
}

/** Starts a real program and waits until `url` answers 200; it is ended by `stop`. */
export async function startProgram(
  command: string,
  args: string[],
  url: string,
): Promise<{ stop: () => Promise<void> }> {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4000);
  });
  const failed = once(child, 'error').then(([error]) => error as Error);
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const error = await Promise.race([failed, sleep(50)]);
    if (error) {
      throw new Error(`${command} is needed; npm run test:all installs it`, { cause: error });
    }
    if (child.exitCode !== null) throw new Error(`${command} ended: ${log}`);
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) {
      const stop = async () => {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      };
      return { stop };
    }
  }
  child.kill('SIGKILL');
  throw new Error(`${command} did not get ready: ${log}`);
}

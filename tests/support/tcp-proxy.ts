import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A way to a server that can be made slow or dead, as networks are, without anybody being told. */
export interface TcpProxy {
  port: number;
  /** From now on the answers of the server take so much longer, one after another, again from the first. */
  delay(...latenessMs: readonly number[]): void;
  /** From now on connections are accepted, and nothing goes through them until `heal`. */
  hang(): void;
  /** Everything goes through again, also what waited. */
  heal(): void;
  close(): void;
}

/** Opens a proxy on a port of its own, in front of a server on a unix socket. */
export async function openTcpProxy(socket: string): Promise<TcpProxy> {
  let latenessMs: readonly number[] = [];
  let answers = 0;
  let free: Promise<void> = Promise.resolve();
  let release = () => {};
  const open = new Set<net.Socket>();
  /** Sends on what comes, in its order. */
  const forward = (from: net.Socket, to: net.Socket, late: () => number) => {
    let sent: Promise<unknown> = Promise.resolve();
    const then = (act: () => void) => {
      const dueMs = performance.now() + late();
      sent = sent
        .then(() => free)
        .then(() => sleep(Math.max(0, dueMs - performance.now()), undefined, { ref: false }))
        .then(() => to.destroyed || act());
    };
    from.on('data', (chunk) => then(() => to.write(chunk)));
    from.on('close', () => then(() => to.end()));
  };
  const server = net.createServer((client) => {
    const behind = net.connect(socket);
    for (const one of [client, behind]) {
      open.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => open.delete(one));
    }
    forward(client, behind, () => 0);
    forward(behind, client, () => latenessMs[answers++ % latenessMs.length] ?? 0);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as net.AddressInfo).port,
    delay(...lateness) {
      latenessMs = lateness;
    },
    hang() {
      free = new Promise((resolve) => {
        release = resolve;
      });
    },
    heal() {
      release();
      free = Promise.resolve();
      latenessMs = [];
    },
    close() {
      server.close();
      for (const one of open) one.destroy();
    },
  };
}

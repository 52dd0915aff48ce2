import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire from the watch to an address, which can be cut. */
async function wireTo(url: string) {
  const { hostname, port, protocol } = new URL(url);
  const open = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer((socket) => {
    keep(socket);
    if (isCut) return socket.destroy();
    const onward = connect(Number(port), hostname);
    keep(onward);
    socket.pipe(onward).pipe(socket);
    socket.once('close', () => onward.destroy());
    onward.once('close', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut(next: boolean) {
      isCut = next;
      if (isCut) for (const socket of open) socket.destroy();
    },
    stop() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

/** Wires to all of these addresses, cut together: the network of the watch, not that of the users. */
export async function openWires(urls: readonly string[]) {
  const wires = new Map(await Promise.all(urls.map(async (url) => [url, await wireTo(url)] as const)));
  return {
    through: (url: string): string => wires.get(url)?.url ?? url,
    cut: (isCut: boolean) => {
      for (const wire of wires.values()) wire.cut(isCut);
    },
    stop: () => {
      for (const wire of wires.values()) wire.stop();
    },
  };
}

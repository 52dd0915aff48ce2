import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A release of the shop as it lies on the disk. */
export interface ShopRelease {
  release: string;
  /** Share of the checkouts that end with 500. */
  failingCheckouts: number;
}

const products = [
  { id: 1, name: 'Kettle', price: 29 },
  { id: 2, name: 'Lamp', price: 45 },
];

function answer(request: IncomingMessage, response: ServerResponse, shop: ShopRelease, orders: number): void {
  const send = (status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  switch (request.url) {
    case '/health':
      return void send(200, { status: 'ok', releaseId: shop.release });
    case '/products':
      return void send(200, { products });
    case '/checkout': {
      // The same share of any ten orders, so that every look shows it.
      const fails = orders % 10 < shop.failingCheckouts * 10;
      return void send(
        fails ? 500 : 200,
        fails ? { error: 'payment service: unknown currency' } : { order: 'paid' },
      );
    }
    default:
      return void send(404, { error: 'not found' });
  }
}

/** Serves the release that lies in a file; returns how to start what lies there then, and how to end. */
export async function startShop(file: string) {
  const read = (): ShopRelease => JSON.parse(readFileSync(file, 'utf8'));
  let shop = read();
  let orders = 0;
  const restart = (): void => {
    shop = read();
  };
  const server = createServer((request, response) => {
    if (request.url === '/restart' && request.method === 'POST') {
      restart();
      return void response.end(`${shop.release}\n`);
    }
    if (request.url === '/checkout') orders += 1;
    answer(request, response, shop, orders);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    restart,
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}

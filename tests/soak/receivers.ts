import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver was told of an alert. */
export interface Told {
  atMs: number;
  name: string;
  status: 'firing' | 'resolved';
  startsMs: number;
  fingerprint: string;
}

export interface Receiver {
  url: string;
  /** Only what it took. */
  told: Told[];
  close(): void;
}

interface Body {
  alerts: { status: Told['status']; labels: Record<string, string>; startsAt: string; fingerprint: string }[];
}

/** Starts a receiver that answers as `answer` does; it took what it answered with 200. */
export async function startReceiver(
  answer: (response: ServerResponse) => Promise<number>,
): Promise<Receiver> {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', async () => {
      const status = await answer(response);
      if (!response.destroyed) response.writeHead(status).end();
      if (status !== 200) return;
      for (const { status: is, labels, startsAt, fingerprint } of (JSON.parse(text) as Body).alerts)
        told.push({
          atMs: Date.now(),
          name: labels.alertname ?? '',
          status: is,
          startsMs: Date.parse(startsAt),
          fingerprint,
        });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    told,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

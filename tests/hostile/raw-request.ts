import net from 'node:net';

export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

/** Sends bytes as they are, for everything that HTTP clients refuse to do; resolves when the other side has closed. */
export function rawRequest(url: string, bytes: string | Buffer, patienceMs = 20_000): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.setTimeout(patienceMs, () => {
      socket.destroy();
      reject(new Error(`no end within ${patienceMs} ms: ${Buffer.concat(chunks).toString().slice(0, 200)}`));
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {}); // the other side may cut us off in the middle
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1');
      const [head = '', ...rest] = text.split('\r\n\r\n');
      resolve({
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
        head,
        body: rest.join('\r\n\r\n'),
      });
    });
    socket.write(bytes);
  });
}

/** A GET of a path that nobody has tidied up. */
export const rawGet = (url: string, path: string, more = ''): Promise<RawAnswer> =>
  rawRequest(url, `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n${more}\r\n`);

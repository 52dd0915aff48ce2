import { execFileSync } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { expiredCertificate } from '../../../fixtures/range/expired-certificate.ts';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { rawServer, temporaryFolder } from '../../clients/servers.ts';
import { ask } from './ask.ts';

const portOf = (address: string) => Number(address.split(':')[1]);

test('a TCP probe passes on an open port and fails on a closed one', async () => {
  const open = { type: 'tcp', host: '127.0.0.1', port: portOf(await rawServer(() => {})) } as const;
  await expect(ask({ ...open, connect: '< 5 s' })).resolves.toMatchObject({ passes: true });
  await expect(ask({ ...open, connect: '< 0.0001 ms' })).resolves.toMatchObject({ passes: false });
  const closed = await ask({ type: 'tcp', host: '127.0.0.1', port: await freePort() });
  expect(closed.passes).toBe(false);
  expect(closed.says).toContain('ECONNREFUSED');
});

test('a TCP probe fails by what the server says first, or doesn’t say', async () => {
  const smtp = portOf(await rawServer((socket) => socket.write('220 mail ready\r\n')));
  const mute = portOf(await rawServer(() => {}));
  const banner = (port: number, text: string) =>
    ask({ type: 'tcp', host: '127.0.0.1', port, banner: text, timeout: 400 });
  expect((await banner(smtp, '220 ')).passes).toBe(true);
  expect((await banner(smtp, 'SSH-2')).says).toContain('no "SSH-2" within 400 ms');
  expect((await banner(mute, '220 ')).passes).toBe(false);
});

async function tlsServer(credentials: { key: Buffer | string; cert: Buffer | string }): Promise<number> {
  const server = tls.createServer(credentials, (socket) => socket.on('error', () => {}).end());
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A self-signed certificate for 127.0.0.1 that is good for so many days. */
function certificate(folder: string, days: number): { key: string; cert: string } {
  const files = { key: path.join(folder, 'key.pem'), cert: path.join(folder, 'cert.pem') };
  const subject = ['-subj', '/CN=shop', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', files.key, '-out', files.cert];
  execFileSync('openssl', ['req', '-x509', ...made, '-days', String(days), ...subject], { stdio: 'pipe' });
  return files;
}

test('a TLS probe passes with a trusted certificate that lasts, and fails by expiry, trust and name', {
  tags: ['openssl'],
}, async () => {
  const folder = await temporaryFolder();
  const { key, cert } = certificate(folder, 30);
  const { readFileSync } = await import('node:fs');
  const port = await tlsServer({ key: readFileSync(key), cert: readFileSync(cert) });
  const probe = { type: 'tls', host: '127.0.0.1', port, ca: cert } as const;
  const good = await ask({ ...probe, expires: '> 14 d' });
  expect(good.passes, good.says).toBe(true);
  expect((good.measurements[1]?.value ?? 0) / 86_400).toBeCloseTo(30, 0);

  const soon = await ask({ ...probe, expires: '> 60 d' });
  expect(soon.passes).toBe(false);
  expect(soon.says).toMatch(/time left .* \(must be > 1,440 h, shop, until /);

  const stranger = await ask({ type: 'tls', host: '127.0.0.1', port });
  expect(stranger.passes).toBe(false);
  expect(stranger.says).toMatch(/self.signed/i);

  const other = await ask({ ...probe, servername: 'shop.example.com' });
  expect(other.passes).toBe(false);
  expect(other.says).toMatch(/ALTNAME|altnames/i);
});

test('a TLS probe reads an expired certificate and says when it ended', { tags: ['openssl'] }, async () => {
  const port = await tlsServer(expiredCertificate(await temporaryFolder()));
  const asked = await ask({ type: 'tls', host: '127.0.0.1', port });
  expect(asked.passes).toBe(false);
  expect(asked.says).toContain('until 2020-01-02T00:00:00.000Z');
  expect(asked.measurements[1]?.value).toBeLessThan(0);
});

test('a TLS probe of a port without TLS fails, and its time left is no pass', async () => {
  const port = portOf(await rawServer((socket) => socket.end('hello')));
  const asked = await ask({ type: 'tls', host: '127.0.0.1', port, timeout: 2000 });
  expect(asked.passes).toBe(false);
  expect(asked.measurements[1]?.value).toBeNaN();
});

/** A resolver that knows one address of one name, and answers that there is no other. */
async function resolver(name: string, address: readonly number[]): Promise<string> {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (query, from) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.subarray(at + 1, at + 1 + length).toString());
      at += length + 1;
    }
    const question = query.subarray(12, at + 5);
    const isKnown = labels.join('.') === name && query.readUInt16BE(at + 1) === 1;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(isKnown ? 0x8180 : 0x8183, 2);
    head.writeUInt16BE(isKnown ? 1 : 0, 6);
    head.fill(0, 8);
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address]);
    socket.send(
      Buffer.concat(isKnown ? [head, question, answer] : [head, question]),
      from.port,
      from.address,
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

test('a DNS probe passes when the name has the records it must have, and fails when it hasn’t', async () => {
  const server = await resolver('shop.test', [192, 0, 2, 10]);
  const of = (host: string, includes: string[] = []) => ask({ type: 'dns', host, server, includes });
  expect((await of('shop.test', ['192.0.2.10'])).passes).toBe(true);
  const moved = await of('shop.test', ['192.0.2.99']);
  expect(moved.passes).toBe(false);
  expect(moved.says).toContain('192.0.2.99 is not among 192.0.2.10');
  const gone = await of('gone.test');
  expect(gone.passes).toBe(false);
  expect(gone.says).toContain('ENOTFOUND');
});

test('a DNS probe whose resolver is silent fails', async () => {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  const server = `127.0.0.1:${socket.address().port}`;
  const asked = await ask({ type: 'dns', host: 'shop.test', server, timeout: 300 });
  expect(asked.passes).toBe(false);
  expect(asked.says).toMatch(/ETIMEOUT|ECANCELLED/);
});

test('a command probe fails by exit code, output and number', async () => {
  const folder = await temporaryFolder();
  writeFileSync(
    path.join(folder, 'say.mjs'),
    'console.log(process.argv[2]); process.exit(Number(process.argv[3] ?? 0));',
  );
  const run = (args: string[], more: object = {}) =>
    ask({ type: 'command', command: [process.execPath, 'say.mjs', ...args], cwd: folder, ...more });
  expect((await run(['ok'])).passes).toBe(true);
  expect((await run(['ok', '3'])).says).toContain('exit code 3, expected 0: ok');
  expect((await run(['ok', '3'], { exit: 3 })).passes).toBe(true);
  expect((await run(['ok'], { contains: 'fine' })).says).toContain('does not contain "fine"');
  expect((await run(['41'], { must: '< 42' })).passes).toBe(true);
  expect((await run(['42'], { must: '< 42' })).passes).toBe(false);
  expect((await run(['many'], { must: '< 42' })).passes).toBe(false);
  const missing = await ask({ type: 'command', command: ['no-such-command'] });
  expect(missing.says).toContain('exit code 127, expected 0');
});

test('a command that does not end in time fails', async () => {
  const asked = await ask({ type: 'command', command: ['sleep', '30'], timeout: 300 });
  expect(asked.passes).toBe(false);
  expect(asked.says).toContain('did not finish in time');
});

test.each([10, 40, 52, 58])(
  'a secret that the words of a service are cut through is hidden: after %i characters',
  async (before) => {
    const redactor = createRedactor();
    redactor.register('planted-secret-of-a-service');
    const said = `${'y'.repeat(before)}planted-secret-of-a-service`;
    const address = await rawServer((socket) => void socket.end(said));
    const tcp = { type: 'tcp', host: '127.0.0.1', port: portOf(address), banner: 'SSH-2.0' } as const;
    const command = [process.execPath, '-e', `console.error('${'y'.repeat(60)}${said}'); process.exit(1)`];
    for (const probe of [tcp, { type: 'command', command } as const]) {
      const { says } = await ask(probe);
      expect(says).toContain('yyyyyyyyyy');
      expect(redactor.redact(says)).not.toMatch(/planted/);
    }
  },
);

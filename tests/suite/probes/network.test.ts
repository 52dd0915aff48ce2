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
import { makeAuthority } from '../../clients/access/authority.ts';
import { rawServer, temporaryFolder } from '../../clients/servers.ts';
import { ask, servicesOf } from './ask.ts';

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
    ask({ type: 'tcp', host: '127.0.0.1', port, banner: text, timeout: '400ms' });
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
  expect(soon.says).toMatch(/time left .* \(must be > 1440h, shop, until /);

  const stranger = await ask({ type: 'tls', host: '127.0.0.1', port });
  expect(stranger.passes).toBe(false);
  expect(stranger.says).toMatch(/self.signed/i);

  const other = await ask({ ...probe, servername: 'shop.example.com' });
  expect(other.passes).toBe(false);
  expect(other.says).toMatch(/ALTNAME|altnames/i);
});

test('a TLS probe says when the first certificate of the chain ends', { tags: ['openssl'] }, async () => {
  const folder = await temporaryFolder();
  const { ca, server } = makeAuthority(folder, { leafDays: 90, authorityDays: 5 });
  const port = await tlsServer({ key: server.key, cert: Buffer.concat([server.cert, server.ca]) });
  const asked = await ask({ type: 'tls', host: '127.0.0.1', port, ca, expires: '> 14 d' });
  expect(asked.passes).toBe(false);
  expect((asked.measurements[1]?.value ?? 0) / 86_400).toBeCloseTo(5, 0);
  expect(asked.says).toContain('Test authority, until');
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

/** A resolver that knows one record of one name, and answers that there is no other. */
async function resolver(name: string, data: readonly number[], type = 1): Promise<string> {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (query, from) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.subarray(at + 1, at + 1 + length).toString());
      at += length + 1;
    }
    const question = query.subarray(12, at + 5);
    const isKnown = labels.join('.') === name && query.readUInt16BE(at + 1) === type;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(isKnown ? 0x8180 : 0x8183, 2);
    head.writeUInt16BE(isKnown ? 1 : 0, 6);
    head.fill(0, 8);
    const answer = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length, ...data]);
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

test('names and addresses of DNS compare as what they are, however they are written', async () => {
  const label = (text: string) => [text.length, ...Buffer.from(text)];
  const name = [...label('Front'), ...label('Shop'), ...label('test'), 0];
  const answered = async <Record extends 'CNAME' | 'AAAA'>(record: Record, data: number[], type: number) =>
    ({ type: 'dns', host: 'shop.test', record, server: await resolver('shop.test', data, type) }) as const;
  const alias = await answered('CNAME', name, 5);
  expect((await ask({ ...alias, includes: ['front.SHOP.test.'] })).passes).toBe(true);
  expect((await ask({ ...alias, includes: ['front.shop.tes'] })).passes).toBe(false);
  const address = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0a];
  const six = await answered('AAAA', address, 28);
  expect((await ask({ ...six, includes: ['2001:0DB8:0:0:0:0:0:A'] })).passes).toBe(true);
  expect((await ask({ ...six, includes: ['2001:db8::b'] })).passes).toBe(false);
});

test('a DNS probe whose resolver is silent fails', async () => {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  const server = `127.0.0.1:${socket.address().port}`;
  const asked = await ask({ type: 'dns', host: 'shop.test', server, timeout: '300ms' });
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
  const asked = await ask({ type: 'command', command: ['sleep', '30'], timeout: '300ms' });
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

test('a TCP probe of a service asks each of its instances, and names the one that refuses', async () => {
  const open = portOf(await rawServer(() => {}));
  const closed = await freePort();
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const services = servicesOf({
    shop: { url: at(open), instances: [at(open), at(closed)] },
    mail: { url: at(open) },
  });
  const asked = await ask({ type: 'tcp', service: 'shop' }, { services });
  expect(asked.measurements[0]).toMatchObject({ value: 1, sample: 2 });
  expect(asked.says).toContain(`127.0.0.1:${closed}: `);
  expect((await ask({ type: 'tcp', service: 'mail' }, { services })).passes).toBe(true);
  await expect(ask({ type: 'tcp', service: 'none' }, { services })).rejects.toThrow(
    'there is no service none',
  );
});

test('a TLS probe of a service takes its address and its authority', { tags: ['openssl'] }, async () => {
  const { key, cert } = certificate(await temporaryFolder(), 30);
  const { readFileSync } = await import('node:fs');
  const port = await tlsServer({ key: readFileSync(key), cert: readFileSync(cert) });
  const url = `https://127.0.0.1:${port}/base`;
  const services = servicesOf({ shop: { url, ca: cert }, strange: { url } });
  const good = await ask({ type: 'tls', service: 'shop' }, { services });
  expect(good.passes, good.says).toBe(true);
  const strange = await ask({ type: 'tls', service: 'strange' }, { services });
  expect(strange.says).toMatch(/self.signed/i);
});

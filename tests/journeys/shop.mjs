// A shop by Fastify with prom-client, as many are written: PORT FOLDER. The release that lies in FOLDER/release.json is
// the one that runs: { "release": "v1", "failing": 0.3, "refusing": true, "slowMs": 0 }.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Fastify from 'fastify';
import { collectDefaultMetrics, Histogram, register } from 'prom-client';

const [port, folder] = process.argv.slice(2);
const {
  release,
  failing = 0,
  refusing = false,
  slowMs = 0,
} = JSON.parse(readFileSync(path.join(folder, 'release.json'), 'utf8'));

collectDefaultMetrics();
const seconds = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Duration of HTTP requests',
  labelNames: ['method', 'route', 'status_code'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
});

const app = Fastify();
app.addHook('onResponse', (request, reply, done) => {
  const route = request.routeOptions.url ?? 'unknown';
  if (route !== '/metrics' && route !== '/healthz')
    seconds.observe(
      { method: request.method, route, status_code: reply.statusCode },
      reply.elapsedTime / 1000,
    );
  done();
});

let orders = 0;
app.get('/healthz', () => ({ status: 'ok', build: { sha: release } }));
app.get('/products', () => ({ products: [{ id: 1, name: 'Kettle' }] }));
app.get('/orders/1', async (_request, reply) =>
  refusing ? reply.code(400).send({ error: 'no such parameter' }) : { status: 'sent' },
);
app.post('/checkout', async (_request, reply) => {
  orders += 1;
  if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
  if (orders % 10 < failing * 10) return reply.code(500).send({ error: 'payment failed' });
  return { status: 'completed' };
});
app.get('/metrics', async (_request, reply) =>
  reply.type(register.contentType).send(await register.metrics()),
);
await app.listen({ port: Number(port), host: '127.0.0.1' });

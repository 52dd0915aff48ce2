// One instance of the shop: PORT FOLDER NAME. The release that lies in FOLDER/release.json is the one that runs; beside
// the folder lie what all instances share: the database, the logs, and what happens to the payment service.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import { collectDefaultMetrics, Histogram, register } from 'prom-client';
import type { Fault, ProcessFault } from '../releases/release.ts';
import { faultHooks } from './faults.ts';

const [port = '', folder = '', instance = ''] = process.argv.slice(2);
interface Laid extends ProcessFault {
  release: string;
  faults?: Fault[];
}
const laid: Laid = JSON.parse(readFileSync(path.join(folder, 'release.json'), 'utf8'));
const shared = (name: string) => path.join(folder, '..', name);
const startedMs = Date.now();
/** How much longer each request takes while others use the machine. */
const busyMs = 120;
const now = () => Date.now() + (laid.clockAheadSeconds ?? 0) * 1000;

/** When a fault was first to be seen, for the record of the trial. */
const noteFault = () => {
  if (!existsSync(shared('first-fault'))) writeFileSync(shared('first-fault'), String(Date.now()));
};

if (laid.lacksSetting) {
  noteFault();
  process.stderr.write(`${laid.lacksSetting} is not set\n`);
  process.exit(1);
}

const database = new DatabaseSync(shared(laid.database === 'staging' ? 'staging.db' : 'shop.db'), {
  timeout: 500,
});
const readProducts = database.prepare('SELECT id, name, price FROM products');
const insertOrder = database.prepare('INSERT INTO orders (total, state, at) VALUES (?, ?, ?)');
const orderOf = database.prepare('SELECT id, total, state FROM orders WHERE id = ?');
const ship = database.prepare("UPDATE orders SET state = 'shipped' WHERE state = 'paid' AND at < ?");

let products: { id: number; name: string; price: number }[] = [];
let readMs = 0;
function readCatalogue(): void {
  products = readProducts.all().map(({ id, name, price }) => {
    return { id: Number(id), name: String(name), price: Number(price) };
  });
  readMs = Date.now();
}
readCatalogue();
if (laid.catalogue !== 'stale') setInterval(readCatalogue, 500);

let workedMs = Date.now();
function work(): void {
  try {
    ship.run(Date.now() - 500);
    workedMs = Date.now();
  } catch {
    // The database is busy: the lag shows it.
  }
}
if (laid.worker !== 'dead') setInterval(work, 300);

const log = shared(`${instance}.log`);
let loggedMs = Date.now();
let writtenKib = 0;
const isDiskFull = () => writtenKib > (laid.diskKib ?? Infinity);
function writeLog(line: string, kib = 0): void {
  if (laid.log === 'dead' || isDiskFull()) return;
  appendFileSync(log, `${line}${' '.repeat(kib * 1024)}\n`);
  writtenKib += kib;
  loggedMs = Date.now();
}
setInterval(() => writeLog(`alive ${now()}`), 500);

let paymentDown = false;
let isMachineBusy = false;
setInterval(() => {
  paymentDown = existsSync(shared('payment-down'));
  isMachineBusy = existsSync(shared('machine-busy'));
}, 100);

const kept: Buffer[] = [];
if (laid.leaksMiBPerSecond) {
  const each = Math.round((laid.leaksMiBPerSecond * 2 ** 20) / 4);
  setInterval(() => {
    noteFault();
    kept.push(Buffer.alloc(each, 1));
    if (kept.length * each > (laid.endedAtMiB ?? 1000) * 2 ** 20) process.exit(137);
  }, 250);
}
if (laid.fillsMiB) kept.push(Buffer.alloc(laid.fillsMiB * 2 ** 20, 1));
if (laid.crashesAfterSeconds !== undefined) {
  setTimeout(() => {
    noteFault();
    process.exit(139);
  }, laid.crashesAfterSeconds * 1000);
}
if (laid.worker || laid.catalogue || laid.log || laid.metrics || laid.database) noteFault();

collectDefaultMetrics();
const seconds = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Duration of HTTP requests',
  labelNames: ['method', 'route', 'status_code', 'client'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5],
});

let lately: number[] = [];
let requests = 0;
const app = Fastify();
const faults = faultHooks(
  laid.faults ?? [],
  { instance, startedMs, perSecond: () => lately.length, requests: () => requests },
  noteFault,
);
app.addHook('onRequest', async (request, reply) => {
  if (request.routeOptions.config.internal) return;
  const atMs = Date.now();
  lately = [...lately.filter((ms) => ms > atMs - 1000), atMs];
  requests += 1;
  if (laid.database === 'staging') reply.header('x-fault', '1');
  if (isMachineBusy) await sleep(busyMs);
});
app.addHook('preHandler', faults.before);
app.addHook('preSerialization', faults.answer);
app.addHook('onResponse', async (request, reply) => {
  if (request.routeOptions.config.internal) return;
  const route = request.routeOptions.url ?? 'unknown';
  const client = request.headers['x-vigil'] ? 'vigil' : 'user';
  const labels = { method: request.method, route, status_code: reply.statusCode, client };
  seconds.observe(labels, reply.elapsedTime / 1000);
  writeLog(`${request.method} ${route} ${reply.statusCode}`, laid.logsKib);
});

const internal = { config: { internal: true } };
app.get('/healthz', internal, () => ({ status: 'ok', release: laid.release }));
app.get('/status', internal, () => {
  const ago = (ms: number) => (Date.now() - ms) / 1000;
  return {
    status: 'ok',
    worker: { lagSeconds: ago(workedMs) },
    catalogue: { ageSeconds: ago(readMs) },
    log: { lagSeconds: ago(loggedMs) },
  };
});
if (laid.metrics !== 'gone') {
  app.get('/metrics', internal, async (_request, reply) =>
    reply.type(register.contentType).send(await register.metrics()),
  );
}

app.get('/', () => ({ shop: 'open', products: products.length }));
app.get('/products', () => ({ products, count: products.length }));
app.get<{ Params: { id: string } }>('/products/:id', ({ params }, reply) => {
  const product = products.find(({ id }) => id === Number(params.id));
  return product ? reply.send({ ...product }) : reply.code(404).send({ error: 'no such product' });
});
app.get<{ Querystring: { q?: string } }>('/search', ({ query }) => {
  const found = products.filter(({ name }) => name.toLowerCase().includes((query.q ?? '').toLowerCase()));
  return { count: found.length, found };
});
app.get('/account', ({ headers }) => ({ user: headers['x-user'] ?? 'nobody', orders: 3 }));

interface Basket {
  items?: { id: number; count: number }[];
  currency?: string;
}
const totalOf = ({ items = [] }: Basket): number =>
  items.reduce((sum, { id, count }) => sum + count * (products.find((one) => one.id === id)?.price ?? 0), 0);

app.post<{ Body: Basket }>('/cart', ({ body }) => ({
  total: totalOf(body),
  currency: body.currency ?? 'EUR',
}));
app.post<{ Body: Basket }>('/checkout', ({ body }, reply) => {
  if (!body.items?.length) return reply.code(400).send({ error: 'nothing is in the basket' });
  if (paymentDown) return reply.code(503).send({ error: 'the payment service does not answer' });
  const meetFault = () => {
    noteFault();
    reply.header('x-fault', '1');
  };
  if (isDiskFull()) {
    meetFault();
    throw new Error('no space left on device');
  }
  if (laid.schema === 'missing column') {
    meetFault();
    database.prepare('INSERT INTO orders (total, state, at, coupon) VALUES (?, ?, ?, ?)');
  }
  if (laid.ordersAheadSeconds) meetFault();
  const total = totalOf(body);
  const { lastInsertRowid } = insertOrder.run(
    total,
    'paid',
    Date.now() + (laid.ordersAheadSeconds ?? 0) * 1000,
  );
  return reply.send({
    status: 'completed',
    order: Number(lastInsertRowid),
    total,
    currency: body.currency ?? 'EUR',
  });
});
app.get<{ Params: { id: string } }>('/orders/:id', ({ params }, reply) => {
  const order = orderOf.get(Number(params.id));
  return order ? reply.send({ ...order }) : reply.code(404).send({ error: 'no such order' });
});

await app.listen({ port: Number(port), host: '127.0.0.1' });
// It is ended by SIGKILL, which would lose what was compiled.
flushCompileCache();

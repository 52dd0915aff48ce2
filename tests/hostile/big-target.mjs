// A deployment that answers its scrapes as it is told: GET /as/NAME says how from now on.
import http from 'node:http';
import { gzipSync } from 'node:zlib';

const mebibyte = 1 << 20;
const series = (count) =>
  Array.from({ length: count }, (_, index) => `genesis_operations_total{id="${index}"} ${index}\n`).join('');
const zeros = Buffer.alloc(400 * mebibyte, '# all is well, all is well\n');

/** Writes a piece again and again until the other side has had enough. */
const endless = (piece, everyMs) => (response) => {
  const timer = setInterval(() => response.writableLength < mebibyte && response.write(piece), everyMs);
  response.on('close', () => clearInterval(timer));
};
const whole = (body, headers = {}) => {
  const bytes = Buffer.from(body);
  return (response) => response.writeHead(200, headers).end(bytes);
};

const answers = {
  few: whole('genesis_operations_total 5\n'),
  '100,000 series': whole(series(100_000)),
  '20,000 series': whole(series(20_000)),
  'a body without end': endless(`# ${'x'.repeat(65_533)}\n`, 0),
  'a line of 100 MB': whole(Buffer.alloc(100 * mebibyte, 'x')),
  'a label of 15 MB': whole(`genesis_operations_total{id="${'x'.repeat(15 * mebibyte)}"} 1\n`),
  'four million comments': whole('# a\n'.repeat(15 * (mebibyte / 4))),
  'a slow drip': endless('#', 50),
  'a gzip bomb': whole(gzipSync(zeros, { level: 1 }), { 'content-encoding': 'gzip' }),
};
let [name, asked] = ['few', 0];

const server = http.createServer((request, response) => {
  const told = decodeURIComponent(request.url ?? '');
  if (told.startsWith('/as/')) [name, asked] = [told.slice(4), 0];
  if (told.startsWith('/as/') || told === '/asked') return void response.end(String(asked));
  asked += 1;
  answers[name](response);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));

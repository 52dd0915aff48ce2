import http from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import type { Channel, Delivery } from '../../../src/alerts/notify/channel.ts';
import { createDispatcher } from '../../../src/alerts/notify/dispatcher.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';

/**
 * Takes what waits in a database to an address, from the word until it is killed; with no more of Vigil than that
 * needs and by node:http, because it is started again and again.
 */
const [file = '', url = ''] = process.argv.slice(2);
const db = new DatabaseSync(file);
db.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 2000; PRAGMA synchronous = NORMAL');

const channel: Channel = {
  name: 'hook',
  type: 'hook',
  accepts: () => true,
  deliver: (event, { idempotencyKey }) =>
    new Promise<Delivery>((resolve) => {
      const request = http.request(url, { method: 'POST', headers: { 'idempotency-key': idempotencyKey } });
      request.once('response', (response) => {
        response.resume().once('end', () => resolve({ result: 'sent' }));
      });
      request.once('error', ({ message }) => resolve({ result: 'retry', reason: message }));
      request.end(JSON.stringify(event));
    }),
};

const dispatcher = createDispatcher({
  database: () => db,
  channels: [channel],
  redactor: createRedactor(),
  now: Date.now,
  random: Math.random,
  backoff: { baseMs: 20, capMs: 50 },
  pollMs: 20,
});
process.stdin.once('data', () => dispatcher.start());
process.stdout.write('ready\n');

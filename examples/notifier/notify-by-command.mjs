// Takes Vigil's webhook and gives each alert as text to a command's standard input:
//   node notify-by-command.mjs PORT COMMAND [ARGUMENT…]
// Answers 200 when the command succeeded. On 502 Vigil tries again, with growing pauses, for up to seven days.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const [port, command, ...args] = process.argv.slice(2);
const token = process.env.NOTIFIER_TOKEN;
// The same event comes again when an answer was lost: nobody shall be called twice for it.
const done = new Set();

/** Labels and annotations are texts of others: they go to the command's input, never into its arguments. */
const wordsOf = ({ status, labels, annotations }) =>
  [
    `${status.toUpperCase()} ${annotations.priority ?? ''} ${labels.alertname}: ${annotations.summary}`,
    ...(annotations.next ? [`Next: ${annotations.next}`] : []),
    ...(annotations.runbook_url ? [`Runbook: ${annotations.runbook_url}`] : []),
  ].join('\n');

const run = (input) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['pipe', 'inherit', 'inherit'], timeout: 8_000 });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
    child.stdin.on('error', () => {}); // a command that reads nothing
    child.stdin.end(`${input}\n`);
  });

const server = createServer(async (request, response) => {
  const answer = (status) => response.writeHead(status).end();
  if (token && request.headers.authorization !== `Bearer ${token}`) return answer(401);
  try {
    const { alerts } = JSON.parse(await text(request));
    const key = request.headers['idempotency-key'];
    if (!done.has(key) && !(await run(alerts.map(wordsOf).join('\n\n')))) return answer(502);
    if (key) done.add(key);
    return answer(200);
  } catch {
    return answer(400);
  }
});
server.listen(Number(port), '127.0.0.1', () =>
  console.log(`listening on 127.0.0.1:${server.address().port}`),
);

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openRange } from '../../fixtures/range/open-range.ts';
import { catalogue } from '../../health-tests/catalogue.ts';
import { packageRoot } from '../../scripts/package-root.ts';
import { fileOf } from '../../scripts/suite-of.ts';
import { cycleIn } from '../../src/drill/run-scenario.ts';

/** How long OpenTelemetry's batch processor keeps a span by default (OTEL_BSP_SCHEDULE_DELAY). */
const defaultDelayMs = 5000;

/** Takes spans as they come, and passes each batch on as late as a batch processor with the default delay may. */
async function lateReceiver(receiver: () => string): Promise<{ url: string; passedOn(): number }> {
  const waiting = new Set<NodeJS.Timeout>();
  let passedOn = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const type = request.headers['content-type'] ?? 'application/x-protobuf';
    response.writeHead(200, { 'content-type': type }).end();
    const timer = setTimeout(() => {
      waiting.delete(timer);
      passedOn += 1;
      void fetch(`${receiver()}${request.url}`, { method: 'POST', headers: { 'content-type': type }, body });
    }, defaultDelayMs);
    waiting.add(timer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const timer of waiting) clearTimeout(timer);
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passedOn: () => passedOn,
  };
}

test('services that send their spans only every five seconds, as OpenTelemetry does by default, pass M02 and M03', async () => {
  let receiver = '';
  const late = await lateReceiver(() => receiver);
  const range = await openRange({ genesis: { otlpEndpoint: late.url } });
  onTestFinished(() => range.close());
  receiver = range.traceReceiver;
  range.config.suite.args = ['--testNamePattern', 'M0[23] '];
  const suite = { catalogue, root: packageRoot, fileOf };
  const { outcomes } = await cycleIn(range, suite, ['metrics']);
  const told = outcomes.filter(({ id }) => id === 'M02' || id === 'M03');
  expect(told.map(({ id, outcome, reason }) => [id, outcome, reason])).toEqual([
    ['M02', 'pass', undefined],
    ['M03', 'pass', undefined],
  ]);
  const [m02] = told;
  expect(m02?.durationMs).toBeGreaterThan(defaultDelayMs);
  expect(late.passedOn()).toBeGreaterThan(1);
  // What it asked itself is kept, and not what the suite asks at its start.
  const asked = m02?.exchanges?.map(
    ({ method, url, status }) => `${method} ${new URL(url).pathname} ${status}`,
  );
  expect(asked).toContain('POST /v1/tasks 200');
});

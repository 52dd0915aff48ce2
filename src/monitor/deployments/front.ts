import { createServer } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { type Family, formatExposition } from '../../clients/index.ts';
import { type Extension, type Listening, listen, type Mount, openApp, sharedAnswer } from '../loop/serve.ts';
import type { DeploymentState } from './deployment-state.ts';

/** Where each deployment answers: `/d/checkout/api/status`. */
const below = /^\/d\/([a-z0-9-]+)(\/[^?]*)?(\?.*)?$/;

/** The families of all; each series has the label of its deployment already. */
function familiesOfAll(states: readonly DeploymentState<unknown>[]): Family[] {
  const all = new Map<string, Family>();
  for (const { watched } of states) {
    for (const family of watched?.families() ?? []) {
      const before = all.get(family.name)?.samples ?? [];
      all.set(family.name, { ...family, samples: [...before, ...family.samples] });
    }
  }
  return [...all.values()];
}

function routes(app: FastifyInstance, states: () => readonly DeploymentState<unknown>[]): void {
  const metrics = sharedAnswer(() => formatExposition(familiesOfAll(states())));
  app.get('/metrics', (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics()),
  );
  const namesOf = (isOf: (one: DeploymentState<unknown>) => boolean) =>
    states()
      .filter(isOf)
      .map(({ name }) => name);
  app.get('/healthz', (_request, reply) => {
    const standing = namesOf(({ watched }) => watched !== undefined && !watched.isTurning());
    return reply.code(standing.length === 0 ? 200 : 503).send({ ok: standing.length === 0, standing });
  });
  app.get('/readyz', (_request, reply) => {
    const waiting = namesOf(({ watched }) => !watched?.isReady());
    return reply.code(waiting.length === 0 ? 200 : 503).send({ ok: waiting.length === 0, waiting });
  });
}

/** The port that all deployments share: an overview at `/`, and each deployment below `/d/NAME/`. */
export async function openFront(
  at: Listening & { extension: Extension },
  states: () => readonly DeploymentState<unknown>[],
) {
  const mounted = new Map<string, FastifyInstance>();
  const app = await openApp(at, (handler) => {
    const server = createServer({ connectionsCheckingInterval: 1000 }, (request, response) => {
      const [, name = '', path, query = ''] = below.exec(request.url ?? '') ?? [];
      const deployment = mounted.get(name);
      if (!deployment) return handler(request, response);
      if (path === undefined) return response.writeHead(308, { location: `/d/${name}/${query}` }).end();
      request.url = `${path}${query}`;
      deployment.routing(request, response);
    });
    server.headersTimeout = 10_000;
    server.requestTimeout = 10_000;
    return server;
  });
  routes(app, states);
  at.extension(app);
  const server = await listen(app, at);
  const mountOf =
    (name: string): Mount =>
    async (deployment) => {
      await deployment.ready();
      mounted.set(name, deployment);
      return {
        url: `${server.url}/d/${name}`,
        async close() {
          if (mounted.get(name) === deployment) mounted.delete(name);
          await deployment.close();
        },
      };
    };
  return { ...server, mountOf };
}

import type { FastifyInstance } from 'fastify';
import { apiRoutes } from './api.ts';
import { argoRoutes } from './argo.ts';
import { flaggerRoutes } from './flagger.ts';
import { type GateServiceOptions, gateService } from './service.ts';

/** Adds the routes of the gate, each kind with limits and answers to mistakes of its own. */
export async function gateRoutes(scope: FastifyInstance, options: GateServiceOptions): Promise<void> {
  const service = gateService(options);
  await scope.register(import('@fastify/rate-limit'), { global: false });
  await scope.register((inner) => apiRoutes(inner, service), { prefix: '/api' });
  await scope.register((inner) => argoRoutes(inner, service), { prefix: '/api' });
  await scope.register((inner) => flaggerRoutes(inner, service), { prefix: '/flagger' });
}

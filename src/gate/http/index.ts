import rateLimit from '@fastify/rate-limit';
import type { Extension } from '../../loop/index.ts';
import { apiRoutes } from './api.ts';
import { argoRoutes } from './argo.ts';
import { flaggerRoutes } from './flagger.ts';
import { type GateServiceOptions, gateService } from './service.ts';

/** The gate on the loop's port: `/api/gate`, `/api/rollout`, `/api/deployments`, `/api/argo` and `/flagger/…`. */
export function gateExtension(options: GateServiceOptions): Extension {
  const service = gateService(options);
  return (app) => {
    app.register(async (scope) => {
      await scope.register(rateLimit, { global: false });
      await scope.register((inner) => apiRoutes(inner, service), { prefix: '/api' });
      await scope.register((inner) => argoRoutes(inner, service), { prefix: '/api' });
      await scope.register((inner) => flaggerRoutes(inner, service), { prefix: '/flagger' });
    });
  };
}

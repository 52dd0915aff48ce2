import type { Extension } from '../../../monitor/index.ts';
import { type GateServiceOptions, gateService } from './service.ts';

/**
 * The gate on the loop's port: `/api/gate`, `/api/rollout`, `/api/deployments`, `/api/argo` and `/flagger/…`, each kind
 * with limits and answers to mistakes of its own.
 */
export function gateExtension(options: GateServiceOptions): Extension {
  return (app) => {
    // Loaded where a port is served: the command answers without.
    app.register(async (scope) => {
      const [{ default: rateLimit }, { apiRoutes }, { argoRoutes }, { flaggerRoutes }] = await Promise.all([
        import('@fastify/rate-limit'),
        import('./api.ts'),
        import('./argo.ts'),
        import('./flagger.ts'),
      ]);
      const service = gateService(options);
      await scope.register(rateLimit, { global: false });
      await scope.register((inner) => apiRoutes(inner, service), { prefix: '/api' });
      await scope.register((inner) => argoRoutes(inner, service), { prefix: '/api' });
      await scope.register((inner) => flaggerRoutes(inner, service), { prefix: '/flagger' });
    });
  };
}

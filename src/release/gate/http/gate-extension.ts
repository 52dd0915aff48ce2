import type { Extension } from '../../../monitor/index.ts';
import type { GateServiceOptions } from './service.ts';

/** The gate on the loop's port: `/api/gate`, `/api/rollout`, `/api/deployments`, `/api/argo` and `/flagger/…`. */
export function gateExtension(options: GateServiceOptions): Extension {
  return (app) => {
    // Loaded where a port is served: the command answers without.
    app.register(async (scope) => (await import('./routes.ts')).gateRoutes(scope, options));
  };
}

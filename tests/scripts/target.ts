import { httpServer } from '../clients/servers.ts';
import { operationDurations } from '../support/operation-durations.ts';

/** What a quiet target exposes; it has run for a day. */
const metrics = () => `# TYPE genesis_operations_total counter
genesis_operations_total 500
# TYPE genesis_errors_total counter
genesis_errors_total{category="internal"} 0
${operationDurations(500, 500, 5)}# TYPE process_start_time_seconds gauge
process_start_time_seconds ${Math.floor(Date.now() / 1000) - 86_400}
`;

/** A target that does nothing but answer /metrics, with whatever text is given. */
export const quietTarget = (text?: string, status = 200): Promise<string> =>
  httpServer((_, response) => response.writeHead(status).end(text ?? metrics()));

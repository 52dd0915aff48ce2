import { httpServer } from '../clients/servers.ts';

/** What a quiet target exposes; it has run for a day. */
const metrics = () => `# TYPE genesis_operations_total counter
genesis_operations_total 500
# TYPE genesis_errors_total counter
genesis_errors_total{category="internal"} 0
# TYPE genesis_operation_duration_seconds histogram
genesis_operation_duration_seconds_bucket{le="0.1"} 500
genesis_operation_duration_seconds_bucket{le="+Inf"} 500
genesis_operation_duration_seconds_sum 5
genesis_operation_duration_seconds_count 500
# TYPE process_start_time_seconds gauge
process_start_time_seconds ${Math.floor(Date.now() / 1000) - 86_400}
`;

/** A target that does nothing but answer /metrics, with whatever text is given. */
export const quietTarget = (text?: string, status = 200): Promise<string> =>
  httpServer((_, response) => response.writeHead(status).end(text ?? metrics()));

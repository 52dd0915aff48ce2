import { below, type VigilConfig } from '../../core/index.ts';

/** The address of a trace in the store of the configuration; `undefined` where none is asked for traces. */
export function traceUrlOf({
  target,
}: Pick<VigilConfig, 'target'>): ((traceId: string) => string) | undefined {
  const { traces } = target ?? {};
  if (!traces || 'receiver' in traces) return undefined;
  return 'jaeger' in traces
    ? (traceId) => below(traces.jaeger, `/trace/${traceId}`)
    : (traceId) => below(traces.tempo, `/api/traces/${traceId}`);
}

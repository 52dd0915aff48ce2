export { catalogueOfProbes } from './catalogue.ts';
export { addressOf } from './http.ts';
export { faultsMeasured, type ProbeSurroundings } from './probe-result.ts';
export { type Retry, withRetries } from './retry.ts';
export { runProbe } from './run-probe.ts';

export { labelledIncidents } from './incidents.ts';
export { policyOf, type ReplayPolicy, readPolicy } from './policy.ts';
export { renderReplay } from './render-replay.ts';
export { type ReplayDocument, type ReplayOptions, replay } from './replay.ts';

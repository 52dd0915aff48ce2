export type { PageSource } from './facts.ts';
export { type Headline, headlineOf } from './headline/headline.ts';
export { type LivePage, openPage } from './live/routes.ts';
export { openRollout, type RolloutFacts } from './rollout-facts.ts';

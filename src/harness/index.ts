export { type EmbeddedTarget, type Harness, openHarness, type StartEmbedded } from './open-harness.ts';

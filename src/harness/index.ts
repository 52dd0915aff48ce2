export {
  type EmbeddedTarget,
  type Harness,
  openHarness,
  type StartEmbedded,
  sharedHarness,
} from './open-harness.ts';

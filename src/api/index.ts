export {
  type ExplainedValue,
  explainConfig,
  type LoadedConfig,
  loadConfig,
  type VigilConfig,
  type VigilConfigInput,
  VigilError,
  type VigilErrorCode,
  type VigilErrorDetails,
} from '../core/index.ts';
export { type JUnitCase, type JUnitProblem, type JUnitReport, parseJUnit } from '../suite/index.ts';
export type { CycleDocument } from '../views/index.ts';
export { defineConfig } from './define.ts';

export {
  type ExplainedValue,
  explainConfig,
  type LoadedConfig,
  loadConfig,
  type VigilConfig,
  type VigilConfigInput,
} from '../config/index.ts';
export { VigilError, type VigilErrorCode, type VigilErrorDetails } from '../errors.ts';
export {
  type JUnitCase,
  type JUnitProblem,
  type JUnitReport,
  parseJUnit,
} from '../junit/index.ts';
export type { CycleDocument } from '../summary/index.ts';
export { defineConfig } from './define.ts';

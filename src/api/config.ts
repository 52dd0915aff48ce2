export type { DeploymentsInput, ProbeInput, VigilConfigInput } from '../core/index.ts';
export { defineConfig, healthTests } from './define.ts';

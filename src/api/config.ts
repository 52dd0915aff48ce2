export type { ProbeInput, VigilConfigInput } from '../config/index.ts';
export { defineConfig, healthTests } from './define.ts';

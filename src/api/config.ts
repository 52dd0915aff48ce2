export type { VigilConfigInput } from '../config/index.ts';

import { VigilError } from '../src/errors.ts';

export interface OnTargetOptions {
  target?: string | undefined;
  config?: string | undefined;
  isFaulty: boolean;
  json: boolean;
}

export async function drillOnTarget(_options: OnTargetOptions): Promise<number> {
  throw new VigilError('USAGE', 'not yet');
}

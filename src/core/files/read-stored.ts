import type { z } from 'zod';

/** What was stored as JSON, by its schema; `undefined` when it is damaged or of another shape. */
export function readStored<T>(shape: z.ZodType<T>, text: string): T | undefined {
  try {
    return shape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

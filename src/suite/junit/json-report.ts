import type { z } from 'zod';
import type { ReportToWrite } from './write-junit.ts';

/** A reader of reports of one shape: what a document of it says as JUnit, `undefined` for anything else. */
export const jsonReport =
  <Schema extends z.ZodType>(schema: Schema, asJUnit: (report: z.output<Schema>) => ReportToWrite) =>
  (document: unknown): ReportToWrite | undefined => {
    const { data } = schema.safeParse(document);
    return data === undefined ? undefined : asJUnit(data);
  };

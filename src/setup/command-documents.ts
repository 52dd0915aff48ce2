import { z } from 'zod';
import { documentHead, documentVerdict } from '../core/index.ts';

const findingShape = z.strictObject({
  subject: z.string().describe('The key of the configuration, or what of the environment it is about.'),
  state: z.enum(['ok', 'warning', 'problem']),
  detail: z.string(),
  hint: z.string().optional().describe('What to do about it.'),
});

/** What one look at the configuration or the environment found. */
export type Finding = z.output<typeof findingShape>;

const examined = z
  .strictObject({
    ...documentHead,
    verdict: documentVerdict,
    ok: z.boolean().describe('The verdict as it was said first; kept.'),
    findings: z.array(findingShape),
  })
  .describe('What vigil doctor found.');

const explained = z
  .strictObject({
    ...documentHead,
    configuration: z.array(
      z.strictObject({
        key: z.string(),
        value: z.string().optional().describe('As text, without what looks like a secret.'),
        source: z.enum(['default', 'file', 'environment', 'command']),
        from: z.string().optional().describe('The file, variable or option that sets it.'),
        variable: z.string().describe('The variable that would set it.'),
      }),
    ),
  })
  .describe('Every key of the configuration, as vigil doctor --explain prints it.');

export type ExaminedDocument = z.output<typeof examined>;
export type ExplainedDocument = z.output<typeof explained>;

/** Everything that `vigil doctor --json` prints. */
export const doctorSchema = z.union([examined, explained]);

/** The document of `vigil init --json`. */
export const initSchema = z
  .strictObject({
    ...documentHead,
    url: z.string(),
    files: z.array(
      z.strictObject({
        path: z.string(),
        state: z.enum(['written', 'kept']),
        because: z.string().optional(),
      }),
    ),
    missing: z.array(z.string()).describe('What was looked for at the service and not found.'),
    next: z.array(z.string()),
  })
  .describe('What vigil init wrote, and what is left to do.');

export type InitDocument = z.output<typeof initSchema>;

/** What `vigil init` did, file by file, and what is left to do. */
export type InitResult = Pick<InitDocument, 'files' | 'missing' | 'next'>;

/** The document of `vigil render --json`. */
export const renderSchema = z
  .strictObject({
    ...documentHead,
    verdict: documentVerdict.describe('Fail where --check found a file that is not current.'),
    files: z.array(
      z.strictObject({ path: z.string(), state: z.enum(['current', 'stale', 'missing', 'written']) }),
    ),
    secrets: z.array(z.string()).describe('Commands that make the secrets which the files need.'),
  })
  .describe('The files of monitoring/, as vigil render --json prints them.');

export type RenderDocument = z.output<typeof renderSchema>;

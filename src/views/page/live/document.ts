import escapeHtml from 'escape-html';
import { unbroken } from '../../html-text.ts';
import type { Headline } from '../headline/headline.ts';

/** The document with the sentence in it: it is read before any script has run, and without any. */
export function fillTemplate(template: string, name: string, headline: Headline, hours: number): string {
  const { level, lead, because, next, runbook, due, also } = headline;
  const values: Record<string, string> = {
    NAME: name,
    LEVEL: level,
    LEAD: lead,
    BECAUSE: because,
    NEXT: next ?? '',
    RUNBOOK: runbook ?? '',
    DUE: due ?? '',
    ALSO: also.join(' · '),
    HOURS: String(hours),
  };
  return template.replaceAll(/\{\{([A-Z]+)\}\}/g, (_, key: string) =>
    escapeHtml(unbroken(values[key] ?? '')),
  );
}

import type { Headline } from '../headline/headline.ts';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in HTML, between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** A figure stays with its unit when the line breaks; the page's script does the same. */
const tight = (text: string): string => text.replaceAll(/(\d) (?=(?:%|ms|s|min|h)(?!\w))/g, '$1\u00a0');

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
  return template.replaceAll(/\{\{([A-Z]+)\}\}/g, (_, key: string) => escapeHtml(tight(values[key] ?? '')));
}

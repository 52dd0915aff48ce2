import { grouped } from '../../../core/index.ts';
import type { ReportDocument } from '../document.ts';
import { isQueriedValue, type QueriedList, type QueriedValue, queriedText } from '../queries.ts';
import { type Block, paragraph, type Section } from './block.ts';

const captionOf = (entry: QueriedValue | QueriedList): string =>
  isQueriedValue(entry)
    ? `${entry.title}: ${queriedText(entry)}`
    : `${entry.title}: ${grouped(entry.rows)} row${entry.rows === 1 ? '' : 's'}`;

/** Every query with what it answered. */
export function appendixSection({ appendix }: ReportDocument): Section {
  const byId = Map.groupBy(appendix, ({ id }) => id);
  return {
    title: 'Appendix: every figure and its query',
    blocks: [
      paragraph(
        'SQL runs on vigil.sqlite as it stands here: sqlite3 -readonly vigil.sqlite. PromQL is evaluated on the samples in that file at the time named, and any Prometheus 2.42 or newer 2.x that scraped the same gives the same.',
      ),
      ...[...byId].flatMap(([id, entries]): Block[] => {
        const query = entries[0]?.query;
        if (!query) return [];
        const at = query.language === 'promql' ? ` (at ${new Date(query.atMs).toISOString()})` : '';
        const caption = `${entries.map(captionOf).join('; ')}${at}`;
        return [{ kind: 'code', language: query.language, text: query.text, anchor: id, caption }];
      }),
    ],
  };
}

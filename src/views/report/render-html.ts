import escapeHtml from 'escape-html';
import { html } from '../html-text.ts';
import type { Charts } from './charts/draw-charts.ts';
import type { ReportDocument } from './report-schema.ts';
import type { Block, Cell, Section } from './sections/block.ts';
import { styleOf } from './style.ts';
import { reasonsOf } from './verdict.ts';
import { glanceCaption, objectiveState, releaseText, reportTitle, timeText, verdictSign } from './words.ts';

const references = (queries: readonly string[] = []): string =>
  queries.length === 0
    ? ''
    : ` <span class="ref">${queries.map((id) => `<a href="#${html(id)}">${html(id)}</a>`).join(' ')}</span>`;

const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text);

function cellText(cell: string | Cell): string {
  const { text, tone, queries } = typeof cell === 'string' ? ({ text: cell } as Cell) : cell;
  const shown = tone ? `<span class="${tone}">${html(text)}</span>` : html(text);
  // What is short stays on its line; a cell of words may break.
  const isShort = isTime(text) || (text.length <= 14 && !/[a-z]{2} [a-z]{2}/.test(text));
  return `<td${isShort ? ' class="short"' : ''}>${shown}${references(queries)}</td>`;
}

function picture(svg: string | undefined, caption: string): string {
  const words = html(caption);
  if (svg === undefined) return `<p class="about">No picture, because there is no data: ${words}</p>`;
  const named = svg.replace('<svg', `<svg role="img" aria-label="${words}"`);
  return `<figure>${named}<figcaption>${words}</figcaption></figure>`;
}

function blockText(block: Block, charts: Charts): string {
  switch (block.kind) {
    case 'text':
      return `<p>${html(block.text)}${references(block.queries)}</p>`;
    case 'heading':
      return `<h3>${html(block.text)}</h3>`;
    case 'table': {
      const head = block.head.map((text) => `<th scope="col">${html(text)}</th>`).join('');
      const rows = block.rows.map((row) => `<tr>${row.map(cellText).join('')}</tr>`).join('\n');
      return `<div class="scroll" tabindex="0" role="region" aria-label="${html(block.head.join(', '))}"><table><thead><tr>${head}</tr></thead><tbody>\n${rows}\n</tbody></table></div>`;
    }
    case 'code':
      return `<div class="query" id="${html(block.anchor)}"><p><b>${html(block.anchor)}</b> ${html(block.caption)}</p><pre>${escapeHtml(block.text)}</pre></div>`;
    case 'chart':
      return picture(charts[block.name], block.caption);
  }
}

const list = (items: readonly string[]): string =>
  `<ul>${items.map((item) => `<li>${html(item)}</li>`).join('')}</ul>`;

function tiles({ objectives }: ReportDocument): string {
  return objectives
    .filter(({ decides }) => decides)
    .map((objective) => {
      const { title, target, told } = objective;
      const { text, tone } = objectiveState(objective);
      return `<div class="tile"><small>${html(title)}</small><b>${html(told)}</b><span class="${tone}">${html(text)}</span> <small>must be ${html(target)}</small></div>`;
    })
    .join('');
}

/** Why the verdict is none that the tiles show: they are averages. */
function tilesNote({ objectives, conclusion: { verdict, failures } }: ReportDocument): string {
  const isAnyMet = objectives.some(({ decides, state }) => decides && state === 'met');
  if (verdict !== 'fail' || !isAnyMet) return '';
  return `<p class="about">These are averages of the whole window. The verdict counts each of these too: ${html(failures.join('; '))}.</p>`;
}

/** The report as one page: no script, nothing loaded, every text of others escaped, pictures inline. */
export function reportHtml(document: ReportDocument, sections: readonly Section[], charts: Charts): string {
  const { conclusion, name, fromMs, toMs, target, release, generatedMs } = document;
  const { verdict, summary, headline, recommendation } = conclusion;
  const title = reportTitle(name, toMs - fromMs);
  const since = release ? html(releaseText(release, toMs)) : 'No deployment is recorded.';
  const reasons = reasonsOf(conclusion).map(({ title: why, items }) => `<h3>${why}</h3>${list(items)}`);
  const body = sections.map(({ title: heading, blocks }) => {
    const isAppendix = heading.startsWith('Appendix');
    return `<section${isAppendix ? ' class="appendix"' : ''}><h2>${html(heading)}</h2>\n${blocks.map((block) => blockText(block, charts)).join('\n')}</section>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${html(title)}: ${verdict}</title><style>${styleOf(title)}</style></head><body><main>
<h1>${html(title)}</h1>
<p class="about">${timeText(fromMs)} to ${timeText(toMs)} UTC, target ${html(target ?? 'none: no cycle is recorded')}.<br>${since}
<br>Made ${timeText(generatedMs)} UTC from the evidence history. Q1, Q2 … lead to the query that gives a figure.</p>
<div class="verdict ${verdict}"><h2>${verdictSign[verdict]} ${verdict.toUpperCase()}</h2>
<p class="headline">${html(summary)}</p><p>${html(headline)}</p><p>${html(recommendation)}</p>
${reasons.join('')}</div>
<div class="tiles">${tiles(document)}</div>
${tilesNote(document)}
${picture(charts.glance, glanceCaption)}
${body.join('\n')}
</main></body></html>
`;
}

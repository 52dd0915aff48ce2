import { readdirSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import escapeHtml from 'escape-html';
import type { Tokens } from 'marked';

// Beside src/ here, beside dist/ where the package is installed.
const folder = path.join(path.dirname(findPackageJSON(import.meta.url) ?? ''), 'docs/');

/** The anchor that GitHub gives a heading; what runbook links name. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{Nd}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** Markdown as HTML without any HTML of its own, each heading with its anchor. */
export async function renderMarkdown(text: string): Promise<string> {
  const { Marked } = await import('marked');
  const marked = new Marked({ gfm: true, async: false });
  marked.use({
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const inner = this.parser.parseInline(tokens);
        const plain = tokens.map((token) => ('text' in token ? String(token.text) : token.raw)).join('');
        return `<h${depth} id="${escapeHtml(anchorOf(plain))}">${inner}</h${depth}>\n`;
      },
      html: ({ text: raw }: Tokens.HTML | Tokens.Tag) => escapeHtml(raw),
      // A picture of elsewhere is never asked for.
      image: ({ text: alt }: Tokens.Image) => escapeHtml(alt),
    },
  });
  const body = marked.parse(text) as string;
  const region = '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>';
  return body.replaceAll('<table>', region).replaceAll('</table>', '</table></div>');
}

/** The text without the sections of alerts that can't be raised where it is read. */
const withoutSections = (text: string, isLeftOut: (heading: string) => boolean): string =>
  text
    .split(/^(?=## )/m)
    .filter((section) => !isLeftOut(/^## (.*)/.exec(section)?.[1] ?? ''))
    .join('');

/** The documents that alerts and checks point to, by name, as pages that are there offline. */
export function openRunbooks(
  template: string,
): (name: string, isLeftOut: (heading: string) => boolean) => Promise<string | undefined> {
  const names = new Set(readdirSync(folder).filter((name) => name.endsWith('.md')));
  return async (name, isLeftOut) => {
    if (!names.has(name)) return undefined;
    const text = readFileSync(`${folder}${name}`, 'utf8');
    const body = await renderMarkdown(withoutSections(text, isLeftOut));
    return template.replaceAll('{{NAME}}', escapeHtml(name)).replace('{{BODY}}', () => body);
  };
}

/** A Markdown table; a bar inside a cell is escaped, a line break becomes a space. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** The first lines of a rendered document: its title, and a comment that says where to change it instead. */
export function documentHead(title: string, sources: readonly string[]): string {
  return `# ${title}\n\n<!-- made by npm run render from ${sources.join(' and ')}; change it there -->`;
}

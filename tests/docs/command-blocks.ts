import { readDocument } from './markdown.ts';

export interface CommandBlock {
  file: string;
  /** Of the opening fence, from 1. */
  line: number;
  /** What `# needs …` in its first line says it cannot do without. */
  needs?: string;
  commands: { line: number; text: string }[];
}

/** Every fenced block of a document with its language. */
export function fences(file: string): { language: string; line: number; lines: string[] }[] {
  const found: { language: string; line: number; lines: string[] }[] = [];
  let open: (typeof found)[number] | undefined;
  readDocument(file)
    .split('\n')
    .forEach((text, index) => {
      const fence = /^```(.*)$/.exec(text);
      if (open && fence) {
        found.push(open);
        open = undefined;
      } else if (open) open.lines.push(text);
      else if (fence) open = { language: fence[1] ?? '', line: index + 1, lines: [] };
    });
  return found;
}

/** The blocks of commands of a document; a line that ends in `\` goes on in the next. */
export function commandBlocks(file: string): CommandBlock[] {
  return fences(file)
    .filter(({ language }) => language === 'sh')
    .map(({ line, lines }) => {
      const [, needs] = /^# needs (.+)$/.exec(lines[0] ?? '') ?? [];
      const commands: CommandBlock['commands'] = [];
      let isOpen = false;
      lines.forEach((text, index) => {
        const last = commands.at(-1);
        if (isOpen && last) last.text += `\n${text}`;
        else if (text.trim() !== '' && !text.startsWith('#')) commands.push({ line: line + 1 + index, text });
        isOpen = text.endsWith('\\');
      });
      return { file, line, ...(needs && { needs }), commands };
    });
}
